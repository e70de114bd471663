import type { Alipay } from '../../src/signing/index.ts'
import { check } from '../example.ts'

/** The call of the EasySDK samples: a code that leads into a mini program. */
export async function createAppCode(alipay: Alipay): Promise<void> {
  const { isSuccess, code, message, subMessage, content } = await alipay.execute('alipay.open.app.qrcode.create', {
    bizContent: {
      urlParam: 'page/component/component-pages/view/view',
      queryParam: 'x=1',
      describe: '二维码描述',
    },
  })
  check(isSuccess, `the call succeeds (${code} ${message} ${subMessage})`)
  console.log(`调用成功: ${content.qr_code_url}`)
}

/** The call of the SDK samples: a code that leads to a life account. */
export async function createPublicCode(alipay: Alipay): Promise<void> {
  const { isSuccess, code, message, subMessage, body } = await alipay.execute('alipay.mobile.public.qrcode.create', {
    bizContent: {
      codeInfo: { scene: { sceneId: '1234' }, gotoUrl: '' },
      codeType: 'TEMP',
      expireSecond: '1800',
      showLogo: 'N',
    },
  })
  console.log(body)
  check(isSuccess, `the call succeeds (${code} ${message} ${subMessage})`)
  console.log('pass')
}
