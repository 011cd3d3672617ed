interface Page<Item> {
  items: Item[]
  next_cursor?: string | null
}

/** All items of a list that comes in pages; `ask` gets the cursor of the page it is to fetch. */
export async function everyPage<Item>(
  ask: (cursor: string | undefined) => Promise<{ data: Page<Item> }>,
): Promise<Item[]> {
  const found: Item[] = []
  let cursor: string | undefined
  do {
    const { data } = await ask(cursor)
    found.push(...data.items)
    cursor = data.next_cursor ?? undefined
  } while (cursor)
  return found
}
