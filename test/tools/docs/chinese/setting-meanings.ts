/** What settings are for, by what the schema says of them: who changes that is asked for the translation anew. */
export const settingMeanings: Readonly<Record<string, string>> = {
  'Data directory.': '数据目录。',
  'Where to listen with TLS, `host:port`; port 0 takes a free one.':
    'TLS 监听地址，`主机:端口`；端口 0 表示任取一个空闲端口。',
  'Where to listen without TLS, on loopback; development mode only. Port 0 takes a free one.':
    '不使用 TLS 的监听地址，限本机回环；仅限开发模式。端口 0 表示任取一个空闲端口。',
  'Let development mode listen beyond loopback. Anybody who reaches the port can try the development keys.':
    '允许开发模式监听回环以外的地址。能连到端口的人都可以尝试开发用的密钥。',
  'SQLite file, or `postgres://…` URL; with commas between the hosts when there are several, of which one is the primary: `postgres://kms:…@one:5432,two:5432/kms`. Unless set, `keyhaven.db` in the data directory.':
    'SQLite 文件，或 `postgres://…` 地址；有多台主机且其中一台为主库时，主机之间用逗号分隔：`postgres://kms:…@one:5432,two:5432/kms`。不填为数据目录中的 `keyhaven.db`。',
  'Where to answer `/livez`, `/healthz`, `/readyz` and `/metrics`, and nothing else, without TLS: for probes that show no certificate. `https` answers them, too.':
    '不使用 TLS、只应答 `/livez`、`/healthz`、`/readyz` 与 `/metrics` 的地址：供不出示证书的探针使用。`https` 也应答它们。',
  'Region of this deployment; part of every ARN.': '此部署的地域；是每个 ARN 的一部分。',
  'Regions that DescribeRegions lists. Unless set, the own region alone.':
    'DescribeRegions 列出的地域。不填则只有自身的地域。',
  'Account of this deployment, 16 digits; fixed when the data directory is made. Unless set, drawn at random.':
    '此部署的账号，16 位数字；创建数据目录时即固定。不填则随机选取。',
  'Name of this server: in audit records and metrics, and among the servers that share a PostgreSQL, of which each living one needs a name of its own. A second one of the same name is refused when it starts or is unsealed; one that was silent for so long that another has taken its name seals itself and ends. Unless set, the host name.':
    '服务器的名称：用于审计记录与指标，也用于区分共用 PostgreSQL 的服务器，每台在线的服务器须有自己的名称。同名的第二台在启动或解封时被拒绝；若一台久无音讯以致名称被别的服务器取用，它会自行封存并结束。不填为主机名。',
  'Least severity that is logged.': '写入日志的最低级别。',
  '`json`: one object a line; `text`: for reading; `auto`: text on a terminal in development mode.':
    '`json`：每行一个对象；`text`：便于阅读；`auto`：开发模式下在终端中为 text。',
  'File with the root secret: 32 bytes, raw, hex or base64, readable by its owner only, or owned by root and readable by its group; outside the data directory. Opens a `key-file` seal.':
    '根秘密所在的文件：32 字节，原始、十六进制或 base64，只有属主可读，或属主为 root 且其组可读；须在数据目录之外。用于打开 `key-file` 保护方式。',
  'JSON file that says who keeps the root key, with place and permissions as for `keyFile`: another KMS (`kms`) or a hardware module (`pkcs11`). The server opens by itself, and tries again while that is away. See [seals](../guides/seals.md).':
    '说明根密钥由谁保管的 JSON 文件，位置与权限要求同 `keyFile`：另一个 KMS（`kms`）或硬件模块（`pkcs11`）。服务器自行打开，对方不可用时会重试。参见[由谁保管根密钥](../guides/seals.zh-CN.md)。',
  'File whose first line is the passphrase, with place and permissions as for `keyFile`. Opens a `passphrase` seal without an operator.':
    '首行为口令的文件，位置与权限要求同 `keyFile`。无需运维即可打开 `passphrase` 保护方式。',
  'Number of an open file descriptor to read the passphrase from; it is closed then.':
    '读取口令的已打开文件描述符的编号；读后关闭。',
  'Number of an open file descriptor to read the root secret from, as text; it is closed then. Opens an `environment` seal without the secret staying in the environment of the process.':
    '读取文本形式根秘密的已打开文件描述符的编号；读后关闭。打开 `environment` 保护方式，而秘密不留在进程的环境中。',
  'File with as many shares of the root secret as it takes, one a line, with place and permissions as for `keyFile`. For commands that need the root secret of a `shamir` seal; a server takes it, too.':
    '存有足够份额的文件，每行一份，位置与权限要求同 `keyFile`。供需要 `shamir` 保护方式的根秘密的命令使用；服务器也接受。',
  'Number of an open file descriptor to read such shares from; it is closed then.':
    '读取这些份额的已打开文件描述符的编号；读后关闭。',
  'More names and addresses for the server certificate, besides localhost, 127.0.0.1, ::1, the host name, the address of `https`, and the cloud’s names for instances and regions. The own CA may sign for no others: settle them before the first start.':
    '服务器证书的其他名称与地址，除 localhost、127.0.0.1、::1、主机名、`https` 的地址以及云上实例与地域的域名之外。自带的 CA 不能签发其他名称：请在首次启动之前确定。',
  'Certificate chain to use instead of the own one, PEM; read again when it changes.':
    '代替自带证书的证书链，PEM；更改后重新读取。',
  'Private key of `tlsCert`, PEM.': '`tlsCert` 的私钥，PEM。',
  'Whether `https` asks clients for certificates: `off`; `optional`, who shows none is served as ever; `required`, a connection without a valid one gets no further. A certificate never takes the place of a signature. See [client certificates](../guides/client-certificates.md).':
    '`https` 是否要求客户端出示证书：`off` 不要求；`optional` 不出示者照常服务；`required` 没有有效证书的连接不能继续。证书从不代替签名。参见[客户端证书](../guides/client-certificates.zh-CN.md)。',
  'The same for the port of the console, when it has one of its own.': '控制台有自己的端口时，对该端口的同样设置。',
  'CA certificates (PEM) that sign certificates of clients; read again when it changes.':
    '签发客户端证书的 CA 证书（PEM）；更改后重新读取。',
  'Lists of revoked client certificates (PEM), one of each CA of `clientCaFile`; read again when it changes. Once a list has ended, every certificate is refused.':
    '已吊销客户端证书的列表（PEM），`clientCaFile` 中的每个 CA 一份；更改后重新读取。列表过期后，所有证书都被拒绝。',
  'JSON file that says as whom the holder of which client certificate may call; whom it does not name may call as nobody. Read again when it changes. Unless set, certificates are for nobody in particular.':
    '说明哪个客户端证书的持有者可以以谁的身份调用的 JSON 文件；未列出的不能以任何身份调用。更改后重新读取。不填则证书不对应特定的身份。',
  'Addresses and CIDR blocks of reverse proxies and load balancers: from them, `X-Forwarded-For` says who the client is, for policies, network rules, limits and the audit log.':
    '反向代理与负载均衡的地址和 CIDR 网段：来自它们的 `X-Forwarded-For` 说明客户端是谁，用于策略、网络规则、限流与审计日志。',
  'Trusted proxies begin every connection with a PROXY header (version 1 or 2) that names the client.':
    '可信代理在每个连接开头发送 PROXY 头（版本 1 或 2），说明客户端是谁。',
  'Limits of calls: `fair`, of each user, role and application in each class of operations, far above ordinary use (2000 encryptions, 500 signatures, 100 new keys a second, and a quarter of `maxConcurrentRequests`); `service`, also those of the cloud service per second and account; or none. The account itself has no limit of its own a second.':
    '调用限制：`fair` 按每个用户、角色和应用在每类操作中的调用限制，远高于正常使用（每秒 2000 次加密、500 次签名、100 个新密钥，以及 `maxConcurrentRequests` 的四分之一）；`service` 另加云服务按秒与账号的限制；或不限制。账号自身没有每秒限制。',
  'Calls per second of one user, role or application, and of the account itself, in each class of operations; 0 leaves it at `throttle`.':
    '一个用户、角色或应用以及账号自身在每类操作中的每秒调用次数；0 表示按 `throttle`。',
  'Refuse signature version 1.0, the only one that old clients know; it rests on SHA-1.':
    '拒绝签名版本 1.0，旧客户端只会这一种；它依赖 SHA-1。',
  'Refuse requests without SignatureNonce. Some official clients send none.':
    '拒绝没有 SignatureNonce 的请求。有些官方客户端不发送。',
  'Threads that answer calls, all at the same ports: one for each core that the server may use. Linux only; elsewhere one serves. See [operations](../guides/operations.md#workers).':
    '应答调用的线程数，都在相同的端口：服务器可用的每个核心一个。仅限 Linux；其他系统由一个线程服务。参见[运行](../guides/operations.zh-CN.md#工作线程)。',
  'Longest request body.': '请求正文的最大长度。',
  'Requests worked on at once; more are turned away.': '同时处理的请求数；超出的被拒绝。',
  'Open connections of one address.': '一个地址打开的连接数。',
  'How long requests under way may take to finish at shutdown.': '关闭时留给正在处理的请求的时间。',
  'Who may read /metrics: only this machine, or whoever reaches the port.':
    '谁可以读取 /metrics：仅限本机，或能连到端口的任何人。',
  'The web console: `off`; `same`, below `/console/` of the ports for calls; or a port of its own with TLS, `host:port`. Unless set, `same` in development mode and `off` in production. See [console](../guides/console.md).':
    '网页控制台：`off`；`same` 在调用端口的 `/console/` 之下；或自己的 TLS 端口 `主机:端口`。不填时开发模式为 `same`，生产模式为 `off`。参见[控制台](../guides/console.zh-CN.md)。',
  'How long a session of the console lives without a call, to a minute.':
    '控制台会话在没有调用时的存活时间，精确到分钟。',
  'How long a session of the console lives at the most.': '控制台会话的最长存活时间。',
  'Operations that nobody calls from the console, whatever policies allow; `root:` before one withholds only what is about the account itself.':
    '无论策略如何，任何人都不能从控制台调用的操作；前面加 `root:` 表示只禁止针对账号自身的。',
  'Serve `GET /.well-known/jwks.json` to whoever reaches the port: the public keys, and ids, of enabled signing keys with the tag `keyhaven:jwks` = `public`. See [signing](../guides/signing.md).':
    '向能连到端口的任何人提供 `GET /.well-known/jwks.json`：带有标签 `keyhaven:jwks` = `public` 的已启用签名密钥的公钥与 ID。参见[签名](../guides/signing.zh-CN.md)。',
  'How long opened key material stays in memory; 0 keeps none.': '打开的密钥材料在内存中保留的时间；0 表示不保留。',
  'How long unused key material stays in memory; 0 keeps none.': '未使用的密钥材料在内存中保留的时间；0 表示不保留。',
  'How many keys may be open in memory.': '内存中可同时打开的密钥数。',
  'Most keys of the account.': '账号的密钥数上限。',
  'Most aliases of the account.': '账号的别名数上限。',
  'Most secrets of the account.': '账号的凭据数上限。',
  'Most key versions of the account.': '账号的密钥版本数上限。',
  'Offer ECB, which shows equal blocks as equal ciphertext.': '提供 ECB；相同的明文块得到相同的密文块。',
  'Refuse GCM encryption under an IV of the caller’s choice. See `rawKeyModes` for where that matters.':
    '拒绝由调用者指定 IV 的 GCM 加密。何时需要参见 `rawKeyModes`。',
  'The one mode in which imported AES and SM4 keys, and those of earlier releases, encrypt: `key id=mode` with GCM, GCM_GIVEN_IV, CBC, CTR or ECB; `*` for every other key. Unless set, the mode that is used first. See [ciphertexts](ciphertexts.md).':
    '导入的以及早期版本的 AES 与 SM4 密钥加密所用的唯一模式：`密钥 ID=模式`，模式为 GCM、GCM_GIVEN_IV、CBC、CTR 或 ECB；`*` 表示其余所有密钥。不填则取首次使用的模式。参见[密文](ciphertexts.zh-CN.md)。',
  'Refuse a new version of an asymmetric key sooner than 7 days after the last.':
    '拒绝在上一版本之后 7 天内为非对称密钥创建新版本。',
  'Databases whose passwords may be rotated: `host:port`, `host:*`, `10.0.0.0/8:5432`. Secrets name theirs as Endpoint and Port; others are refused.':
    '可以轮转口令的数据库：`host:port`、`host:*`、`10.0.0.0/8:5432`。凭据以 Endpoint 与 Port 指明其数据库；其他的被拒绝。',
  'CA certificates (PEM) that these databases are trusted by.': '信任这些数据库所用的 CA 证书（PEM）。',
  'JSON file with the hooks that secrets may name. See [rotation](../guides/secrets.md).':
    '列有凭据可用钩子的 JSON 文件。参见[轮转](../guides/secrets.zh-CN.md)。',
  'Hosts that are asked for the keys of OIDC identity providers: `host:port`, `host:*`, `10.0.0.0/8:443`. Those of issuers, and of the key sets that they name; others are refused. See [OIDC](../guides/oidc.md).':
    '向其查询 OIDC 身份提供商公钥的主机：`host:port`、`host:*`、`10.0.0.0/8:443`。包括签发者的主机，以及它们所指的密钥集的主机；其他的被拒绝。参见 [OIDC](../guides/oidc.zh-CN.md)。',
  'CA certificates (PEM) that OIDC identity providers are trusted by, besides those of the system.':
    '除系统自带之外，信任 OIDC 身份提供商所用的 CA 证书（PEM）。',
  'JSON file with the key sets of issuers that are not asked, by issuer URL. See [OIDC](../guides/oidc.md).':
    '无需查询的签发者的密钥集，JSON 文件，按签发者 URL。参见 [OIDC](../guides/oidc.zh-CN.md)。',
  'Seed files, YAML or JSON: keys, secrets, users and applications that are there from the start. Development mode only. See [testing](../guides/testing.md).':
    '种子文件，YAML 或 JSON：一开始就存在的密钥、凭据、用户与应用。仅限开发模式。参见[测试](../guides/testing.zh-CN.md)。',
  'JSON file with the webhooks that are told of events, each URL once. See [console](../guides/console.md).':
    '接收事件通知的 webhook，JSON 文件，每个 URL 一次。参见[控制台](../guides/console.zh-CN.md)。',
  'Hosts of these webhooks: `host:port`, `host:*`, `10.0.0.0/8:443`; others are refused.':
    '这些 webhook 的主机：`host:port`、`host:*`、`10.0.0.0/8:443`；其他的被拒绝。',
  'How often due rotations and deletions are looked for.': '多久查找一次到期的轮转与删除。',
  'Where spans of calls are sent to (OpenTelemetry, OTLP over HTTP), such as `http://localhost:4318/v1/traces`. Takes packages that are installed beside. See [operations](../guides/operations.md#traces).':
    '调用的 span 发往何处（OpenTelemetry，OTLP over HTTP），例如 `http://localhost:4318/v1/traces`。需要另行安装的软件包。参见[运行](../guides/operations.zh-CN.md#跟踪)。',
  'Part of the traces that begin here, and of requests whose sender is not known, that is kept; a caller with a trace of its own decides for that.':
    '在此处开始的跟踪，以及发送者身份未知的请求中，保留的比例；带有自己跟踪的调用者对其自行决定。',
  'Length at which an audit file is followed by the next.': '审计文件到此长度时换用下一个。',
  'Free space without which the server does not start; below five times as much it warns.':
    '剩余空间低于此值时服务器不启动；低于五倍时告警。',
  'Records after which a checkpoint is signed.': '多少条记录之后签署一个检查点。',
  'Time after which a checkpoint is signed when there are new records.': '有新记录时，多久之后签署一个检查点。',
  'Second place for checkpoints, best on another machine: with it a cut-off or rewritten log is found out.':
    '检查点的第二个存放处，最好在另一台机器上：据此可发现日志被截断或改写。',
  'How long closed audit files stay here after their last record; then they are handed over.':
    '已关闭的审计文件在最后一条记录之后在本地保留多久；之后移交。',
  'How long all audit files together may be; of more the oldest closed ones are handed over.':
    '全部审计文件合计的最大长度；超出时移交最旧的已关闭文件。',
  'Where audit files go that are kept here no longer: a folder, best on another machine; or `shipped`, nowhere, once `auditHttps` has all their records. See [operations](../guides/operations.md#keep-less-of-the-audit-log).':
    '不再保留在本地的审计文件的去处：一个目录，最好在另一台机器上；或 `shipped`，即不存放，待 `auditHttps` 已有其全部记录即删除。参见[运行](../guides/operations.zh-CN.md#减少本地保留的审计日志)。',
  'Where every audit record is posted to, as JSON lines. See [operations](../guides/operations.md#send-the-audit-log-elsewhere).':
    '每条审计记录以 JSON 行 POST 到的地址。参见[运行](../guides/operations.zh-CN.md#把审计日志发往别处)。',
  'File with the bearer token for it, with place and permissions as for `keyFile`. Without a file, `KEYHAVEN_AUDIT_HTTPS_TOKEN` in the environment.':
    '为此使用的 bearer 令牌所在的文件，位置与权限同 `keyFile`。没有文件时为环境变量 `KEYHAVEN_AUDIT_HTTPS_TOKEN`。',
  'Syslog server that every audit record is sent to (RFC 5424): `tls://host:6514`, `tcp://host:514`, or `udp://host:514`, which loses what is lost on its way.':
    '接收每条审计记录的 syslog 服务器（RFC 5424）：`tls://host:6514`、`tcp://host:514` 或 `udp://host:514`；后者途中丢失的即告丢失。',
  'CA certificates (PEM) that these two are trusted by, besides those of the system.':
    '除系统自带的之外，信任这两者所依据的 CA 证书（PEM）。',
  'Time an audit write may take; then requests are refused until it works again.':
    '一次审计写入可用的时间；超过后拒绝请求，直到恢复。',
}
