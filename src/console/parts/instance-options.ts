import { ListKmsInstances } from '../../api/instances.ts'
import { useAnswer } from '../queries.ts'

/** The instances of the account, to choose from. */
export function useInstanceOptions(): { readonly value: string; readonly label: string }[] {
  const { data } = useAnswer(ListKmsInstances, { pageSize: 100 })
  return (data?.kmsInstances.kmsInstance ?? []).map(({ kmsInstanceId }) => ({
    value: kmsInstanceId,
    label: kmsInstanceId,
  }))
}
