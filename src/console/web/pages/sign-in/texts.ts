import { defineTexts } from '../../i18n/texts.ts';

export const signInTexts = defineTexts(
  'sign-in',
  {
    title: 'Sign in',
    about: 'Battery-swap stations: bays, packs, fleets.',
    email: 'E-mail',
    password: 'Password',
    submit: 'Sign in',
    oidc: 'Sign in with your organisation',
    or: 'or',
  },
  {
    title: '登录',
    about: '换电站：换电位、电池包、车队。',
    email: '邮箱',
    password: '密码',
    submit: '登录',
    oidc: '用单位账号登录',
    or: '或',
  },
);
