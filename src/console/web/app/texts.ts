import { defineTexts } from '../i18n/texts.ts';

/** Of the frame around every page. */
export const shellTexts = defineTexts(
  'shell',
  {
    pages: {
      signIn: 'Sign in',
      invitation: 'Invitation',
      account: 'My account',
      network: 'Network',
      stations: 'Station board',
      simulator: 'Simulator',
    },
    menu: 'Menu',
    skip: 'To the content',
    signOut: 'Sign out',
    language: 'Language',
    colours: { label: 'Colours', light: 'Light', dark: 'Dark', auto: 'As the computer' },
    link: {
      live: 'Live',
      connecting: 'Connecting',
      late: 'Not live',
      lateLong:
        'Not live: the service has not been heard since {{at}}. What you see is as it was then. Trying again by itself.',
      lateNever: 'The service does not answer. Trying again by itself.',
      signedOut: 'Your session is over.',
    },
    role: {
      admin: 'Administrator',
      operations: 'Operations',
      staff: 'Station staff',
      fleet: 'Fleet manager',
      owner: 'Battery owner',
      regulator: 'Regulator',
      maintenance: 'Maintenance',
      service: 'Program',
    },
  },
  {
    pages: {
      signIn: '登录',
      invitation: '邀请',
      account: '我的账号',
      network: '路网',
      stations: '站点看板',
      simulator: '仿真面板',
    },
    menu: '菜单',
    skip: '跳到内容',
    signOut: '退出登录',
    language: '语言',
    colours: { label: '颜色', light: '浅色', dark: '深色', auto: '跟随电脑' },
    link: {
      live: '实时',
      connecting: '连接中',
      late: '非实时',
      lateLong: '非实时：自 {{at}} 起收不到服务的消息。所示为当时的情况，正在自动重连。',
      lateNever: '服务没有应答，正在自动重连。',
      signedOut: '会话已结束。',
    },
    role: {
      admin: '管理员',
      operations: '运营',
      staff: '站务',
      fleet: '车队管理',
      owner: '电池资产方',
      regulator: '监管',
      maintenance: '维保',
      service: '程序',
    },
  },
);
