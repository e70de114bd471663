/** Texts of a part of the contract in Chinese, each by the English one: who changes that is asked for its translation anew. */
export type ChineseTexts = Readonly<Record<string, string>>
