import * as api from '../../../api/tags.ts'
import { listResourceTags } from '../../../core/tags/list-resource-tags.ts'
import { listTagResources } from '../../../core/tags/list-tag-resources.ts'
import { tagResource } from '../../../core/tags/tag-resource.ts'
import { tagResources } from '../../../core/tags/tag-resources.ts'
import { untagResource } from '../../../core/tags/untag-resource.ts'
import { untagResources } from '../../../core/tags/untag-resources.ts'
import { on } from '../pair.ts'

export const tagsPairs = [
  on(api.TagResource, tagResource),
  on(api.UntagResource, untagResource),
  on(api.ListResourceTags, listResourceTags),
  on(api.TagResources, tagResources),
  on(api.UntagResources, untagResources),
  on(api.ListTagResources, listTagResources),
]
