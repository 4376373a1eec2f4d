import { driverTexts } from '../../../schema/wire/driver-texts.ts';

type Rule = readonly [pattern: RegExp, say: (...parts: string[]) => string];

const things: Readonly<Record<string, string>> = {
  alarm: '报警',
  bay: '工位',
  battery: '电池',
  'battery model': '电池型号',
  certificate: '换电凭证',
  command: '指令',
  'dead letter': '无效记录',
  file: '文件',
  incident: '事件',
  key: '密钥',
  lease: '租赁',
  organisation: '机构',
  owner: '电池资产方',
  pack: '电池',
  path: '路径',
  plan: '套餐',
  receipt: '小票',
  reservation: '预约',
  session: '会话',
  station: '站点',
  'station in service': '在运站点',
  swap: '换电订单',
  user: '用户',
  vehicle: '车辆',
};
const thing = (name = ''): string => things[name] ?? name;

/** Sentences of the service in Chinese: what bays wait for, and details of refusals that say more than their kind. */
const rules: readonly Rule[] = [
  [/^the station to connect$/, () => '等待站点上线'],
  [/^the station to say hello$/, () => '等待站点握手'],
  [/^the cause of the stop to go away$/, () => '等待急停原因消除'],
  [/^reset at the panel$/, () => '等待面板复位'],
  [/^confirm at the panel$/, () => '等待面板确认'],
  [/^a person: the shuttle has given up$/, () => '等待人工处理：穿梭车已放弃动作'],
  [/^a person to resolve or confirm$/, () => '等待人工处置或确认'],
  [/^resume \(held: unreadable pack at (.*)\)$/s, (place) => `等待恢复（暂停原因：${place} 处的电池编码无法读取）`],
  [/^resume \(held: smoke\)$/, () => '等待恢复（暂停原因：冒烟）'],
  [/^resume \(held: panel\)$/, () => '等待恢复（暂停原因：现场面板）'],
  [/^resume \(held: (.*)\)$/s, (why) => `等待恢复（暂停原因：${why === 'by staff' ? '人工' : why}）`],
  [/^the driver$/, () => '等待司机'],
  [/^a ready pack$/, () => '等待可用电池'],
  [/^the shuttle$/, () => '等待穿梭车'],
  [/^the pack to be read \((.*)\)$/, (step) => `等待读取电池编码（${step}）`],
  [/^sensors to settle (.*)$/, (step) => `等待传感器确认 ${step}`],
  [/^the station, which refused (.*)$/, (step) => `等待站点，其拒绝了 ${step}`],
  [/^the code of the pack at (.*) to be readable$/, (place) => `等待 ${place} 处的电池编码可读`],
  [/^staff to adopt journal (\S+) \((.*)\)$/, (journal, how) => `等待工作人员接管日志 ${journal}（${how}）`],
  [/^In its state that means nothing\.$/, () => '在当前状态下此操作没有意义。'],
  [
    /^The minimum term is not over: its last day may be (\S+) or later\.$/,
    (day) => `最短租期未满，最早可于 ${day} 终止。`,
  ],
  [/^The day lies in the past, or is not after today\.$/, () => '日期已过，或不晚于今天。'],
  [
    /^The next swap of the vehicle is stopped: .*\((\w+)\)\.$/,
    (why) => `该车辆下次换电被阻止：${driverTexts[why]?.zh ?? why}。`,
  ],
  [/^The plan is closed\.$/, () => '该套餐已关闭。'],
  [/^There is no such (.+)\.$/, (what) => `没有这样的${thing(what)}。`],
  [/^The body is not valid(?: at (\S+))?: (.*)$/s, (at = '', why) => `请求体无效${at && `（${at}）`}：${why}`],
  [/^A parameter is not valid(?: at (\S+))?: (.*)$/s, (at = '', why) => `参数无效${at && `（${at}）`}：${why}`],
  [/^The body is not UTF-8\.$/, () => '请求体不是 UTF-8 编码。'],
  [/^Send the body as it is, without Content-Encoding\.$/, () => '请直接发送请求体，不要使用 Content-Encoding。'],
  [/^There is nothing under this id\.$/, () => '此编号下没有任何内容。'],
  [/^There is, or was, a station (\S+)\.$/, (id) => `站点 ${id} 已存在或曾经存在。`],
  [/^The request has no bearer key\.$/, () => '请求没有携带密钥。'],
  [/^The request has neither a bearer key nor a session\.$/, () => '请求既没有密钥也没有会话。'],
  [/^The key does not work\.$/, () => '密钥无效。'],
  [/^The role (\S+) may not do this\.$/, (role) => `角色 ${role} 无权执行此操作。`],
  [/^This path takes (.+)\.$/, (methods) => `此路径接受 ${methods}。`],
  [/^No answer in (\S+) s\.$/, (seconds) => `${seconds} 秒内没有应答。`],
  [/^The database is out of reach\.$/, () => '数据库无法访问。'],
  [/^(\S+) at (\S+) is faulted: (.*)$/s, (asset, site, fault) => `${asset}（${site}）故障：${fault}`],
  [/^the site took (\S+) W, may (\S+) W$/, (took, may) => `取电 ${took} W，限值 ${may} W`],
  [/^the site fed in (\S+) W, may (\S+) W$/, (fed, may) => `馈电 ${fed} W，限值 ${may} W`],
  [/^The cursor is not one this list gave\.$/, () => '游标不是此列表给出的。'],
  [/^This caller has made its (\d+) requests of the minute\.$/, (most) => `本分钟的 ${most} 次请求已用完。`],
  [/^(\S+) is a real station\.$/, (id) => `${id} 是真实站点。`],
];

/** Null: there is no rule for it, and it stays as it is. */
export function sentenceInZh(sentence: string): string | null {
  for (const [pattern, say] of rules) {
    const match = pattern.exec(sentence);
    if (match) return say(...match.slice(1));
  }
  return null;
}
