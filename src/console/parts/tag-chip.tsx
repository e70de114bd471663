import { Tag } from 'antd'

interface Props {
  readonly tag: { readonly tagKey: string; readonly tagValue: string }
}

/** A tag that somebody has given a key or secret. */
export const TagChip = ({ tag: { tagKey, tagValue } }: Props) => (
  <Tag style={{ whiteSpace: 'normal', overflowWrap: 'anywhere' }}>
    {tagValue === '' ? tagKey : `${tagKey}: ${tagValue}`}
  </Tag>
)
