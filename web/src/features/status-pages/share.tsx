import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyButton } from '@/components/copy-button'
import { Field } from '@/components/field'
import { Select } from '@/components/input'
import { badgeHtml, badgeMarkdown, badgePath, embedHtml, FIGURES, type Figure } from './snippets'

interface Props {
  title: string
  url: string
  slug: string
  components: { key: string; name: string }[]
  /** Figures the page shows; a badge tells no more than the page. */
  figures?: readonly Figure[]
}

/** The link of a published page, and what others can put into theirs: badges and the embedded state. */
export function Share({ title, url, slug, components, figures = FIGURES }: Props) {
  const { t } = useTranslation('statusPages')
  const [key, setKey] = useState('')
  const [figure, setFigure] = useState<Figure>('state')
  const component = components.find((each) => each.key === key)
  const origin = new URL(url).origin
  const path = badgePath(slug, component?.key, figure)
  const alt = component ? `${title}: ${component.name}` : title
  return (
    <div className="grid gap-5">
      <Snippet label={t('share.link')} text={url} copy={t('share.copyLink')} />
      <Snippet label={t('share.embed')} text={embedHtml(title, origin, slug)} copy={t('share.copyEmbed')} />
      <div className="grid gap-3">
        <h3 className="font-medium">{t('share.badge')}</h3>
        {components.length > 0 && (
          <div className="grid gap-3 sm:grid-cols-2">
            <Field label={t('share.of')}>
              {(ids) => (
                <Select
                  {...ids}
                  value={key}
                  onChange={({ target }) => {
                    setKey(target.value)
                  }}
                >
                  <option value="">{t('share.wholePage')}</option>
                  {components.map((each) => (
                    <option key={each.key} value={each.key}>
                      {each.name}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
            {component && (
              <Field label={t('share.figure')}>
                {(ids) => (
                  <Select
                    {...ids}
                    value={figure}
                    onChange={({ target }) => {
                      setFigure(FIGURES.find((each) => each === target.value) ?? 'state')
                    }}
                  >
                    {figures.map((each) => (
                      <option key={each} value={each}>
                        {t(`figure.${each}`)}
                      </option>
                    ))}
                  </Select>
                )}
              </Field>
            )}
          </div>
        )}
        <img key={path} src={path} alt={alt} className="h-5" />
        <Snippet
          label="Markdown"
          text={badgeMarkdown(alt, origin + path, url)}
          copy={t('share.copyMarkdown')}
        />
        <Snippet label="HTML" text={badgeHtml(alt, origin + path, url)} copy={t('share.copyHtml')} />
      </div>
    </div>
  )
}

function Snippet({ label, text, copy }: { label: string; text: string; copy: string }) {
  return (
    <div className="grid gap-1">
      <span className="font-medium">{label}</span>
      <div className="flex min-w-0 items-center gap-1 rounded-md border bg-sunken py-0.5 pr-0.5 pl-3">
        <code className="min-w-0 flex-1 py-1 font-mono text-xs break-all">{text}</code>
        <CopyButton bare text={text} label={copy} />
      </div>
    </div>
  )
}
