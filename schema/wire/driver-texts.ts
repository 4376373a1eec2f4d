/** What a driver is told of a swap that does not come about: on the display of the bay, where 80 characters fit, and in the swap's answer. */
export interface DriverText {
  zh: string;
  en: string;
}

/** By the reason of the swap. One that is not here is shown as it is. */
export const driverTexts: Readonly<Record<string, DriverText>> = {
  leaseInArrears: { zh: '租赁费用逾期，请联系车队', en: 'The lease is in arrears, see your fleet' },
  leaseSuspended: { zh: '租赁已暂停，请联系车队', en: 'The lease is suspended, see your fleet' },
  leaseLapsed: { zh: '租赁已到期，请联系车队', en: 'The lease has ended, see your fleet' },
  noPackAboveSohFloor: { zh: '本站无符合合同健康度的电池', en: 'No pack here meets your contract' },
  noCompatiblePack: { zh: '本站无适配电池', en: 'No pack here fits the car' },
  firmwareMismatch: { zh: '电池与车辆软件版本不兼容', en: 'No pack here fits the software of the car' },
  packNotForService: { zh: '车上电池已停用，请联系站点人员', en: 'This battery is out of service, see staff' },
  noPackReady: { zh: '暂无充好的电池', en: 'No pack is ready' },
  notParked: { zh: '请挂驻车挡', en: 'The car was not parked' },
  hvNotOff: { zh: '请下高压', en: 'High voltage was not off' },
  noConsent: { zh: '未收到司机确认', en: 'The driver did not consent' },
};
