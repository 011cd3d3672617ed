/** A picture as a data: address; the app's Content-Security-Policy allows pictures from those. */
export function dataUrl(file: Blob): Promise<string> {
  return new Promise((done, failed) => {
    const reader = new FileReader()
    reader.addEventListener('load', () => {
      done(reader.result as string)
    })
    reader.addEventListener('error', () => {
      failed(reader.error ?? new Error('the file could not be read'))
    })
    reader.readAsDataURL(file)
  })
}
