/** What an order needs beside calls: a payment page, an order for an app, and notifications, which are verified. */
import { readFile } from 'node:fs/promises'
import { check, example, flags } from '../example.ts'
import { publicKeyFlags, withPublicKey } from './application.ts'

await example(async () => {
  const given = flags({ ...publicKeyFlags, notification: '' })
  await withPublicKey(given, async (alipay) => {
    const parameters = {
      notifyUrl: 'https://shop.example.com/notify',
      bizContent: {
        outTradeNo: `order-${Date.now()}`,
        totalAmount: '88.88',
        subject: '订单',
        productCode: 'FAST_INSTANT_TRADE_PAY',
      },
    }
    const page = await alipay.pageExecute('alipay.trade.page.pay', 'GET', parameters)
    check(new URL(page).searchParams.has('sign'), 'the address is signed')
    console.log(`payment page: ${page.slice(0, page.indexOf('?'))}?…`)
    const order = await alipay.sdkExecute('alipay.trade.app.pay', parameters)
    console.log(`order for an app: ${order.length > 500 ? 'signed' : 'too short'}`)
    // The body of a notification as the web server got it; anything that Alipay did not sign is an error.
    if (given.notification) {
      const { trade_status: status } = alipay.notification((await readFile(given.notification, 'utf8')).trim())
      console.log(`notification: ${status}`)
    }
  })
})
