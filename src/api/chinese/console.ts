import type { ChineseTexts } from './texts.ts'

export const consoleTexts: ChineseTexts = {
  'Signs in to the console: opens a session for a browser, which gets it as a cookie. Only from a page of the console.':
    '登录控制台：为浏览器建立会话，以 Cookie 形式给出。只能从控制台页面调用。',
  'Ends a session of the console at once; that of somebody else needs the permission.':
    '立即结束控制台会话；结束他人的会话需要权限。',
  'Tells who is signed in to the console, of the session that asks.': '查询发起请求的会话中是谁登录了控制台。',
  'Lists open sessions of the console, newest first: those of the caller, or with the permission those of everybody.':
    '列出打开的控制台会话，最新的在前：调用者自己的，有权限时为所有人的。',
  'id of the session; not what opens it': '会话的 ID；不能用来打开会话',
  'who is signed in': '登录者',
  'account of who is signed in': '登录者所属的账号',
  'AccessKey that signed in; empty for nobody': '登录所用的 AccessKey；无人登录时为空',
  'how long the session lives without a call': '会话在没有调用时的存活时间',
  'when the session ends at the latest': '会话最迟结束的时间',
  'operations that are withheld from the console, as `consoleDeny` writes them':
    '控制台不可用的操作，写法同 `consoleDeny`',
  'id of the session; the session that asks when left out': '会话的 ID；不填为发起请求的会话',
  'those of everybody in the account': '账号内所有人的会话',
  'the sessions': '会话列表',
  'AccessKey that signed in': '登录所用的 AccessKey',
  'what the browser calls itself': '浏览器自称的名称',
  'from where the sign-in came': '登录来源',
  'when it was opened': '打开的时间',
  'when it was last used, to a minute': '最近使用的时间，精确到分钟',
  'when it ends at the latest': '最迟结束的时间',
  'the session that asks': '发起请求的会话',
}
