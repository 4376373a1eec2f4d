import { defineTexts } from '../../i18n/texts.ts';

/** Each fault: its name, what happens, and how one gets out of it. */
export const faultTexts = defineTexts(
  'simulator-faults',
  {
    group: {
      motion: 'Machine',
      people: 'People and cars',
      powerAndLine: 'Power and line',
      packs: 'Packs and chargers',
      controller: 'Controller',
    },
    stuck: {
      name: 'Something jams',
      short: 'A motion is tried and nothing moves: a clamp, a lock, a lift.',
      recover:
        'The swap tries again and then takes another way. Without one it asks for a person: clear the faults, then Confirm on the board.',
    },
    slow: {
      name: 'Motion too slow',
      short: 'A motion takes several times as long as it should.',
      recover: 'By itself. The board shows the step over its budget.',
    },
    sensorLie: {
      name: 'Sensor lies',
      short: 'A motion is reported done although nothing moved.',
      recover:
        'The next reading shows the truth and the motion is made again. If it does not settle: Confirm or Resolve on the board.',
    },
    verifyFails: {
      name: 'New pack fails its check',
      short: 'The pack is in the car and does not answer, is not safe, or leaks.',
      recover:
        'By itself: after a second try another pack is fetched and the bad one quarantined. With none left the car gets its old pack back.',
    },
    emergencyStop: {
      name: 'Emergency stop pressed',
      short: 'Somebody presses the red button at the bay.',
      recover: 'At the panel: RESET, then CONFIRM. If the bay then says that it needs you: Confirm on the board.',
    },
    lightCurtain: {
      name: 'Somebody in the light curtain',
      short: 'A person steps into the bay; it stops.',
      recover:
        'A few seconds later the curtain is free: RESET and CONFIRM at the panel. If the bay then says that it needs you: Confirm on the board.',
    },
    driveOffEarly: {
      name: 'Car leaves early',
      short: 'The driver goes before the release, while the clamps are open.',
      recover: 'By itself: the swap ends without a charge and its pack is put back.',
    },
    consentWithdrawn: {
      name: 'Driver says no',
      short: 'The driver withdraws his consent.',
      recover: 'By itself: before the pack is touched the car is let go; afterwards the swap is finished.',
    },
    notReady: {
      name: 'Next car is not ready',
      short: 'It stands, but is not in park, is under high voltage, or the driver has not agreed.',
      recover: 'By itself: after some tries the car is let go and the driver reads why.',
    },
    powerCut: {
      name: 'Power cut',
      short: 'The station loses its power and gets it back after a while.',
      recover:
        'When power is back the panel wants RESET and CONFIRM; here somebody presses them for you. Then Confirm on the board, if the bay says that it needs you.',
    },
    reboot: {
      name: 'Controller restarts',
      short: 'The controller forgets what it was doing, but not its journal.',
      recover:
        'As after a power cut: somebody presses RESET and CONFIRM for you; then Confirm on the board, if the bay says that it needs you.',
    },
    linkLoss: {
      name: 'Line to the service lost',
      short: 'The station lives on, but nobody hears it.',
      recover: 'By itself when the line is back: the station says hello and what it did meanwhile.',
    },
    messages: {
      name: 'Bad line',
      short: 'Messages are lost, doubled, late and in another order.',
      recover: 'Nothing to do: each message counts once, in order. All at zero, or Clear all faults, ends it.',
    },
    overheat: {
      name: 'Pack overheats',
      short: 'Level 2: no longer given out. Level 3: its slot is locked. Level 4: smoke, it must go.',
      recover: 'Clear all faults cools the pack. At level 4 the shuttle takes it to the isolation box; see Alarms.',
    },
    wrongPack: {
      name: 'Two packs exchanged by hand',
      short: 'Somebody put them into each other’s slots, unseen.',
      recover:
        'By itself at the next fetch: the reader sees it, the ledger is corrected, an incident tells of it. Close it under Alarms.',
    },
    packMissing: {
      name: 'Pack taken away',
      short: 'Somebody took it out of its slot, unseen.',
      recover:
        'The shuttle finds the slot empty and takes another pack. The incident stays open until somebody finds the pack.',
    },
    dirtyLabel: {
      name: 'Code covered with dirt',
      short: 'No reader can read the pack there.',
      recover:
        'The bay is held until the code can be read: Wipe all labels (below the panel), then Resume on the board.',
    },
    chargerFault: {
      name: 'Charger breaks',
      short: 'The slot charges no more.',
      recover: 'Clear all faults. Until then its pack waits, and other slots take its power.',
    },
    journalLoss: {
      name: 'Journal partly lost',
      short: 'The oldest records vanish before they were sent.',
      recover: 'The station compares by hello. Differences are incidents; a bay that is not sure asks on the board.',
    },
    newJournal: {
      name: 'Controller replaced',
      short: 'A new controller begins a new journal; nothing it says counts yet.',
      recover: 'On the board: Adopt the journal. The new controller then says where each pack is.',
    },
  },
  {
    group: {
      motion: '机械',
      people: '人员与车辆',
      powerAndLine: '供电与通信',
      packs: '电池与充电机',
      controller: '站控',
    },
    stuck: {
      name: '机构卡滞',
      short: '动作已执行但机构未动：夹爪、锁止或举升。',
      recover: '系统先重试再另寻办法；无路可走时请求人工：清除故障，然后在看板上点“确认继续”。',
    },
    slow: { name: '动作过慢', short: '某个动作耗时数倍于正常。', recover: '自行恢复，看板会显示该步骤超出预算。' },
    sensorLie: {
      name: '传感器误报',
      short: '报告动作完成，实际并未移动。',
      recover: '下一次读取会发现实情并重做该动作；若仍不一致，在看板上点“确认继续”或“人工处置”。',
    },
    verifyFails: {
      name: '新电池校验失败',
      short: '电池已装车，但无应答、高压互锁异常或漏液。',
      recover: '自行恢复：复检一次后换取另一块电池并隔离坏电池；没有可用电池时装回原电池。',
    },
    emergencyStop: {
      name: '按下急停',
      short: '有人按下工位的红色急停按钮。',
      recover: '在面板上按“复位”，再按“确认”；若工位提示需人工处理，再到看板上点“确认继续”。',
    },
    lightCurtain: {
      name: '有人闯入光幕',
      short: '有人走进工位，设备停机。',
      recover: '数秒后光幕恢复：在面板上按“复位”“确认”；若工位提示需人工处理，再到看板上点“确认继续”。',
    },
    driveOffEarly: {
      name: '车辆提前驶离',
      short: '放行前，夹爪松开时司机把车开走。',
      recover: '自行恢复：本次换电不计费结束，电池放回仓位。',
    },
    consentWithdrawn: {
      name: '司机取消同意',
      short: '司机撤回换电授权。',
      recover: '自行恢复：未动电池前直接放行；已动电池则完成换电。',
    },
    notReady: {
      name: '下一辆车未就绪',
      short: '车已停稳，但未挂驻车挡、高压未下电或司机未授权。',
      recover: '自行恢复：重试数次后放行，并告知司机原因。',
    },
    powerCut: {
      name: '停电',
      short: '站点断电，一段时间后恢复。',
      recover: '来电后面板须按“复位”“确认”，此处有人代按；若工位提示需人工处理，再到看板上点“确认继续”。',
    },
    reboot: {
      name: '站控重启',
      short: '站控忘记正在做的事，但日志仍在。',
      recover: '与停电相同：有人代按“复位”“确认”；若工位提示需人工处理，再到看板上点“确认继续”。',
    },
    linkLoss: {
      name: '与平台断线',
      short: '站点照常运行，但平台收不到消息。',
      recover: '线路恢复后自行恢复：站点重新握手并补报期间所做的事。',
    },
    messages: {
      name: '线路质量差',
      short: '消息丢失、重复、延迟、乱序。',
      recover: '无需处理：每条消息按序只计一次。全部设为零或“清除全部故障”即可结束。',
    },
    overheat: {
      name: '电池过热',
      short: '2 级：不再发出；3 级：锁定仓位；4 级：冒烟，必须移走。',
      recover: '“清除全部故障”会冷却电池。4 级时穿梭车会把它送入隔离箱，详见“报警”页。',
    },
    wrongPack: {
      name: '两块电池被人调换',
      short: '有人把它们放进了对方的仓位，系统不知情。',
      recover: '下次取电池时自行纠正：读码器发现后更正台账并生成事件，请在“报警”页关闭。',
    },
    packMissing: {
      name: '电池被取走',
      short: '有人从仓位取走电池，系统不知情。',
      recover: '穿梭车发现仓位为空后改取另一块；事件保持打开，直到找到该电池。',
    },
    dirtyLabel: {
      name: '编码被污损',
      short: '读码器读不出那里的电池。',
      recover: '工位会暂停到读出编码为止：点面板下方的“擦净全部标签”，再到看板上点“恢复”。',
    },
    chargerFault: {
      name: '充电机故障',
      short: '该仓位不再充电。',
      recover: '“清除全部故障”。在此之前该电池等待，功率分给其他仓位。',
    },
    journalLoss: {
      name: '日志部分丢失',
      short: '最早的记录在上报前丢失。',
      recover: '站点握手时比对，差异记为事件；不确定的工位会在看板上询问。',
    },
    newJournal: {
      name: '更换站控',
      short: '新站控启用新日志，在接管前其消息不作数。',
      recover: '在看板上点“接管日志”，随后新站控报告每块电池的位置。',
    },
  },
);
