/** What kind of alarm or incident it is, in words. */
interface NoticeText {
  zh: string;
  en: string;
}

/** By code. One that is not here, such as a station's own, is shown as it is. */
export const noticeTexts: Readonly<Record<string, NoticeText>> = {
  batteryHighTemperature: { zh: '电池温度过高', en: 'A pack is too hot' },
  bayHeld: { zh: '工位已暂停', en: 'Bay on hold' },
  chargeLimit: { zh: '充电功率限制未被接受', en: 'Charge limit not taken' },
  chargerConnect: { zh: '充电连接器无法连接', en: 'Charger does not connect' },
  chargerFault: { zh: '充电机故障', en: 'Charger broken' },
  codeUnreadable: { zh: '电池编码无法读取', en: 'Code of a pack cannot be read' },
  commandConflict: { zh: '指令编号冲突', en: 'Two commands under one number' },
  deadLetter: { zh: '记录无法使用', en: 'A record could not be used' },
  foreignJournal: { zh: '站控日志未经确认，需工作人员接管', en: 'A new controller waits to be adopted' },
  helloRefused: { zh: '站控握手被拒绝', en: 'Hello of the station refused' },
  journalBehind: { zh: '站控日志落后于平台', en: 'The journal of the station is behind' },
  journalLost: { zh: '站控日志有缺失', en: 'Records of the station are lost' },
  needsPerson: { zh: '需要人工处理', en: 'A person is needed' },
  packMoved: { zh: '电池在记录之外被移动', en: 'A pack was moved unseen' },
  packUnknown: { zh: '电池位置不明', en: 'Nobody knows where a pack is' },
  sensorDiffers: { zh: '传感器与记录不一致', en: 'Sensors contradict the record' },
  serviceFault: { zh: '服务内部错误', en: 'The service failed inside' },
  skipped: { zh: '记录已被跳过', en: 'Records were skipped' },
  smoke: { zh: '烟雾报警', en: 'Smoke' },
  stepOverdue: { zh: '步骤超时', en: 'A step takes too long' },
  thermalEvent: { zh: '电池热事件', en: 'Thermal event: a pack burns or is about to' },
  timeScale: { zh: '真实站点的时钟不是实时', en: 'The clock of a real station is not the true one' },
  thermal: { zh: '热失控预警', en: 'A pack gets hot' },
  slotsBlocked: { zh: '不可调度电池占用仓位过多', en: 'Packs out of service block slots' },
  stockTakeDiffers: { zh: '盘点有差异', en: 'Stock-take found a difference' },
  packClaimedTwice: { zh: '同一电池被重复申报', en: 'A pack is claimed twice' },
  packInTwoPlaces: { zh: '同一电池在两处被读到', en: 'A pack is read in two places' },
  packNotForService: { zh: '非在役电池', en: 'A pack that is not for service' },
  reportOverdue: { zh: '电池溯源信息逾期未上报', en: 'Traceability report overdue' },
  secondLifeFault: { zh: '梯次利用储能产品故障', en: 'Second-life asset faulted' },
  importLimitBroken: { zh: '站点取电超过限值', en: 'A site took more than it may' },
  exportLimitBroken: { zh: '站点馈电超过限值', en: 'A site fed in more than it may' },
  offPlan: { zh: '梯次储能未按计划充放电', en: 'An asset did not do as planned' },
  tariffGap: { zh: '电价缺失，无法计费', en: 'No tariff: not billed' },
  noPriceForSwap: { zh: '车辆无租约且无散客方案，无法计费', en: 'No lease and no walk-in plan: not billed' },
  energyUnknown: { zh: '交接时未读到电量，无法计费', en: 'Energy not read at the hand-over: not billed' },
  packUnknownAtSwap: { zh: '换电电池不明，无法计费', en: 'Packs of a swap unknown: not billed' },
  carHasNotLeft: { zh: '车辆尚未离开工位，小票未出', en: 'The car has not left: no receipt yet' },
  meterWentBack: { zh: '充电电表读数倒退', en: 'A charger’s meter went back' },
  failed: { zh: '后续处理失败', en: 'What follows a swap failed' },
};
