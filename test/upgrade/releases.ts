/** The last commit of each former schema. */
export const releases: Readonly<Record<string, string>> = {
  1: 'f3c6062deffe2cac80545e5390cedb4a86598261',
  2: '78e4e2e0aac1ebf997501ed380b2b6cdfd78168c',
  3: '25be86ce880914a8c57d93daf0f385bfddcec4b7',
  4: 'b52a739cdd30e08b33093e41e55e514f6afc69b7',
  5: '551243e6dbeda6642986dc59b8129f7379baf057',
}
