import { defineTexts } from '../i18n/texts.ts';

/** Of the parts that pages are made of. */
export const partTexts = defineTexts(
  'parts',
  {
    retry: 'Try again',
    back: 'To the start page',
    more: 'Show more',
    failed: 'This did not work',
    unreachable: 'The service does not answer. Is it running? This page tries again by itself.',
    requestId: 'Request {{id}}',
    forbidden: { title: 'Not for your role', text: 'Ask an administrator if you need this page.' },
    notFound: {
      title: 'There is no such page',
      text: 'The address may be mistyped, or what it named is not yours to see.',
    },
    reason: {
      label: 'Why',
      hint: 'Stands in the log under your name; at least 3 characters.',
      short: 'Say why, in at least 3 characters.',
    },
    cancel: 'Cancel',
    close: 'Close',
    copy: 'Copy',
    copied: 'Copied',
    loading: 'Loading',
    csv: 'CSV',
    json: 'JSON',
  },
  {
    retry: '重试',
    back: '回到首页',
    more: '显示更多',
    failed: '操作未成功',
    unreachable: '服务没有应答。它在运行吗？本页会自动重试。',
    requestId: '请求号 {{id}}',
    forbidden: { title: '您的角色无权查看', text: '如需此页，请联系管理员。' },
    notFound: { title: '没有这个页面', text: '地址可能有误，或所指内容不属于您。' },
    reason: { label: '原因', hint: '将以您的名义记入日志，至少 3 个字符。', short: '请说明原因，至少 3 个字符。' },
    cancel: '取消',
    close: '关闭',
    copy: '复制',
    copied: '已复制',
    loading: '加载中',
    csv: 'CSV',
    json: 'JSON',
  },
);
