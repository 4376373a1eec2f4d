import type { ProblemCode } from '../../../schema/wire/api/problem.ts';

/** Titles and explanations of `problemKinds` in Chinese. A test finds a code that is missing here. */
export const problemTextsZh: Readonly<Partial<Record<ProblemCode, { title: string; explanation: string }>>> = {
  'malformed-json': { title: '正文不是 JSON', explanation: '正文无法解析为 JSON，或含有空字符、未配对的代理字符。' },
  'invalid-parameter': { title: '参数无效', explanation: '查询参数或请求头的格式不正确，`errors` 指明是哪一个。' },
  'two-credentials': { title: '两种凭证', explanation: '请求同时携带了密钥和会话，只能使用其中一种。' },
  unauthenticated: { title: '需要密钥', explanation: '缺少密钥，或密钥格式不对、未知、已过期、已撤销。' },
  'sign-in-refused': { title: '登录被拒绝', explanation: '邮箱或密码不正确，或该用户不能登录。' },
  'oidc-refused': {
    title: 'OpenID 登录未成功',
    explanation: '登录提供方拒绝、校验未通过，或此处没有该账户。`detail` 说明是哪一种。',
  },
  forbidden: { title: '没有权限', explanation: '凭证有效，但其角色或范围不允许此操作。' },
  'cross-origin': { title: '跨源请求被拒绝', explanation: '带会话的修改请求必须来自同一来源。' },
  'not-found': { title: '不存在', explanation: '没有这样的路径，或此编号下没有任何内容。' },
  'method-not-allowed': { title: '路径不接受此方法', explanation: '`Allow` 列出了它接受的方法。' },
  'action-not-allowed': {
    title: '工位当前不接受此操作',
    explanation: '`allowed` 列出工位在当前状态下接受的操作，请重新查看工位后再决定。',
  },
  'station-exists': { title: '站点已存在', explanation: '此编号已被占用，请另选一个。' },
  'station-not-simulated': { title: '站点是真实站点', explanation: '只有标记为仿真的站点才接受仿真控制。' },
  'simulator-refused': { title: '仿真器拒绝', explanation: '仿真站点已应答，但无法执行。' },
  'journal-not-adoptable': { title: '该日志不在等待接管', explanation: '只有站点已宣布且尚未使用的日志才能被接管。' },
  'already-settled': { title: '已有人处理', explanation: '之前已被确认、关闭或解决，`current` 显示其现状。' },
  'nothing-to-report': { title: '没有待上报的事件', explanation: '此前记录的事件均已列入上报批次，请查看上报列表。' },
  'invitation-refused': { title: '邀请无效', explanation: '邀请未知、已使用或已过期。' },
  'closes-itself': { title: '事件会自行关闭', explanation: '它随原因消除而结束，不能提前关闭。' },
  'already-exists': { title: '已存在', explanation: '此编号或名称已被占用。' },
  'change-refused': { title: '不能这样修改', explanation: '在当前状态下不允许此修改。' },
  'movement-refused': { title: '不能这样移动电池', explanation: '账本的规则不允许此次移动。' },
  'concurrent-change': {
    title: '期间已被他人修改',
    explanation: '处理过程中站点一直在变化，本次没有执行任何操作，请重新发送。',
  },
  'no-promise': { title: '无法承诺', explanation: '没有站点能够承诺这样的电池。' },
  'reservation-overlaps': { title: '预约时间重叠', explanation: '该车辆在此时间段已有预约。' },
  'reservation-over': { title: '预约已结束', explanation: '已结束的预约不能再修改。' },
  'tariff-overlaps': {
    title: '电价表日期重叠',
    explanation: '该用电类别在其中某天已有电价表（见 `current`）。已发布的电价表不能更改。',
  },
  'lease-overlaps': {
    title: '车辆在此期间已有租赁',
    explanation: '一辆车同时只能有一份租赁，`current` 为冲突的租赁：请先终止，或推迟开始日期。',
  },
  'lease-refused': { title: '租赁不接受此操作', explanation: '其状态、套餐或最短租期不允许，`current` 显示其现状。' },
  'tariff-unknown': { title: '没有此用电类别', explanation: '该类别尚未发布过任何电价表，请先发布，或更正类别名称。' },
  'tariff-gap': {
    title: '此时段没有电价',
    explanation: '该类别没有覆盖此时段的电价表，绝不会按零价计算。请先发布电价表再重试。',
  },
  'request-timeout': { title: '正文未及时到达', explanation: '请求头到达后正文迟迟未到，连接已关闭，未执行任何操作。' },
  'payload-too-large': { title: '正文过大', explanation: '正文超过了允许的大小。' },
  'unsupported-media-type': { title: '正文必须是 JSON', explanation: '请发送 `Content-Type: application/json`。' },
  'invalid-body': { title: '正文无效', explanation: '正文是 JSON，但不符合此路由的要求，`errors` 指出每个错误字段。' },
  'idempotency-key-reused': {
    title: '该键属于另一个请求',
    explanation: '此 `Idempotency-Key` 曾用于另一个路径、查询或正文。新请求请用新键，只有重试才沿用旧键。',
  },
  'request-running': {
    title: '使用此键的首个请求仍在执行',
    explanation: '先前使用同一 `Idempotency-Key` 的请求一秒内尚未结束，请再次发送以获取其应答。',
  },
  'precondition-required': {
    title: '请说明修改的是哪个版本',
    explanation: '请发送 `If-Match`，值为您所见的 `ETag`，或 `*`。',
  },
  'precondition-failed': {
    title: '内容已被修改',
    explanation: '`If-Match` 指的是另一个版本，`current` 是其现状，请查看后再决定。',
  },
  'rate-limited': { title: '请求过多', explanation: '该调用者已用完本分钟的请求数，`Retry-After` 说明何时可再试。' },
  'too-many-attempts': { title: '尝试次数过多', explanation: '登录或密钥尝试次数过多，`Retry-After` 说明何时可再试。' },
  internal: { title: '服务故障', explanation: '服务出现缺陷，日志中按请求编号记录了原因。' },
  unavailable: {
    title: '服务暂不可用',
    explanation: '数据库或消息代理无法访问，或服务正在停止，`Retry-After` 说明何时可再试。',
  },
  'too-many-streams': { title: '实时流过多', explanation: '此进程的实时流已达上限，请稍后再试。' },
  'simulator-timeout': { title: '仿真器没有应答', explanation: '控制消息已发送，但未及时收到报告，它仍可能生效。' },
};
