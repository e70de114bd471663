import { configurationReference } from '../../../src/server/config/reference.ts'
import { settingMeanings } from './chinese/setting-meanings.ts'

/** The page docs/reference/configuration.zh-CN.md. */
export const configurationPageInChinese = (): string =>
  configurationReference({
    introduction,
    meaning: (description) => {
      const meaning = settingMeanings[description]
      if (meaning === undefined) throw new Error(`test/tools/docs/chinese/setting-meanings.ts lacks: ${description}`)
      return meaning
    },
  })

const introduction = `# 配置

[English](configuration.md)

\`keyhaven server\` 的设置。命令行选项优先于环境变量，环境变量优先于配置文件（\`--config <文件>\` 或 \`KEYHAVEN_CONFIG\`：以第一列为名称的 JSON 对象），
配置文件优先于默认值。列表以逗号分隔；是与否写作 \`true\` 与 \`false\`，只写选项即为 true。\`keyhaven server --print-config\` 显示实际生效的设置。

根秘密本身不是设置：它来自 \`keyFile\`、\`passphraseFile\`、\`passphraseFd\`、\`rootKeyFd\`、\`sealFile\`、\`sharesFile\` 或 \`sharesFd\`，来自通过 \`keyhaven unseal\` 输入的运维人员，
或来自环境变量 \`KEYHAVEN_ROOT_KEY\`。服务器读取该变量后立即忘掉，也不交给任何人，但系统会把它留在 \`/proc/<pid>/environ\` 中，有权查看该进程者可以看到。

| 设置 | 命令行选项与环境变量 | 默认值 | 含义 |
|---|---|---|---|`
