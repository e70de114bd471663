import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errors } from '../src/api/errors.ts'
import { configSchema, settings } from '../src/server/config/schema.ts'
import { errorMessages } from './tools/docs/chinese/error-messages.ts'
import { settingMeanings } from './tools/docs/chinese/setting-meanings.ts'

test('messages of errors and meanings of settings are there in Chinese, and none that nobody says', () => {
  const messages = new Set(Object.values(errors).map(({ message }) => message))
  const meanings = new Set(settings.map((setting) => configSchema.shape[setting].description ?? ''))
  assert.deepEqual(new Set(Object.keys(errorMessages)), messages, 'test/tools/docs/chinese/error-messages.ts')
  assert.deepEqual(new Set(Object.keys(settingMeanings)), meanings, 'test/tools/docs/chinese/setting-meanings.ts')
})
