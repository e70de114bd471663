/** How VitePress makes the site: see build.ts. Nothing of it is fetched from elsewhere when it is read. */
import { type Group, type Language, listedPages, slugOf } from './pages.ts'

const groupNames: Readonly<Record<Group['name'], Readonly<Record<Language, string>>>> = {
  guides: { 'en-US': 'Guides', 'zh-CN': '指南' },
  reference: { 'en-US': 'Reference', 'zh-CN': '参考' },
  examples: { 'en-US': 'Examples', 'zh-CN': '示例' },
  more: { 'en-US': 'More', 'zh-CN': '其他' },
}

const sideBar = (language: Language) =>
  listedPages(language).map(({ name, pages }) => ({
    text: groupNames[name][language],
    collapsed: name === 'examples',
    items: pages.map(({ title, place }) => ({ text: title, link: `/${place}` })),
  }))

/**
 * The words of a text, for the search. Chinese has no spaces: each two neighbouring characters are a word. It is run by
 * the page, too, as it stands here, so it may use nothing from around it.
 */
function wordsOf(text: string): string[] {
  const runs = text.toLowerCase().match(/\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{N}])+/gu) ?? []
  return runs.flatMap((run) => {
    if (!/\p{Script=Han}/u.test(run) || run.length === 1) return [run]
    return Array.from({ length: run.length - 1 }, (_, at) => run.slice(at, at + 2))
  })
}

export default {
  title: 'Keyhaven',
  transformHead: ({ siteData: { base } }: { readonly siteData: { readonly base: string } }) => [
    ['link', { rel: 'icon', type: 'image/svg+xml', href: `${base}icon.svg` }],
  ],
  markdown: {
    anchor: { slugify: slugOf },
    // Half a second is the most that a line may take to be coloured unless told otherwise: a busy machine would build another site.
    codeTransformers: [
      {
        preprocess(_: string, options: { tokenizeTimeLimit?: number }) {
          options.tokenizeTimeLimit = 0
        },
      },
    ],
  },
  themeConfig: {
    logo: '/icon.svg',
    outline: [2, 3],
    search: {
      provider: 'local',
      options: {
        miniSearch: { options: { tokenize: wordsOf } },
        locales: {
          'zh-CN': {
            translations: {
              button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
              modal: {
                displayDetails: '显示详细列表',
                resetButtonTitle: '清除查询',
                backButtonTitle: '关闭搜索',
                noResultsText: '没有结果：',
                footer: { selectText: '打开', navigateText: '切换', closeText: '关闭' },
              },
            },
          },
        },
      },
    },
  },
  locales: {
    root: {
      label: 'English',
      lang: 'en-US',
      description: 'A self-hosted key management service that existing Alibaba Cloud KMS programs accept unchanged',
      themeConfig: { sidebar: sideBar('en-US') },
    },
    'zh-CN': {
      label: '简体中文',
      lang: 'zh-CN',
      description: '可自行部署、让现有阿里云 KMS 程序原样运行的密钥管理服务',
      themeConfig: {
        sidebar: sideBar('zh-CN'),
        outline: { level: [2, 3], label: '本页内容' },
        docFooter: { prev: '上一页', next: '下一页' },
        darkModeSwitchLabel: '外观',
        lightModeSwitchTitle: '切换到浅色',
        darkModeSwitchTitle: '切换到深色',
        sidebarMenuLabel: '目录',
        returnToTopLabel: '返回顶部',
        langMenuLabel: '切换语言',
        skipToContentLabel: '跳到正文',
        notFound: { title: '没有此页', quote: '网址可能有误。', linkLabel: '回到首页', linkText: '回到首页' },
      },
    },
  },
}
