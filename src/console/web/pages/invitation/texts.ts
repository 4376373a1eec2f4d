import { defineTexts } from '../../i18n/texts.ts';

export const invitationTexts = defineTexts(
  'invitation',
  {
    title: 'Invitation',
    about: 'Somebody has invited you. Choose a password, and you are signed in.',
    password: 'Password',
    hint: 'At least 15 characters of any kind: four words are easy to keep.',
    submit: 'Choose this password',
    none: {
      title: 'No invitation',
      text: 'This address lacks what belongs to an invitation. Open the link as you were given it.',
      signIn: 'To sign-in',
    },
  },
  {
    title: '邀请',
    about: '您已受邀使用本系统，设置密码后即可登录。',
    password: '密码',
    hint: '至少 15 个字符，种类不限：四个词组成的短语最好记。',
    submit: '使用此密码',
    none: { title: '没有邀请', text: '此地址缺少邀请信息，请打开您收到的完整链接。', signIn: '去登录' },
  },
);
