import { defineTexts } from '../../i18n/texts.ts';

/** Words that all pages of fleets and owners use. */
export const portalTexts = defineTexts(
  'portal',
  {
    fleet: 'Fleet',
    nav: 'Pages of the fleet',
    part: {
      overview: 'Overview',
      reserve: 'Reservations',
      leases: 'Leases',
      statements: 'Statements',
      disputes: 'Disputes',
    },
    noFleet: { title: 'No fleet yet', text: 'An administrator makes the organisation; then it can be chosen here.' },
    lease: {
      quoted: 'Quoted',
      active: 'Active',
      suspended: 'Suspended',
      inArrears: 'In arrears',
      ending: 'Ending',
      ended: 'Ended',
      disputed: 'Disputed',
    },
    pay: { open: 'Open', partlyPaid: 'Partly paid', paid: 'Paid', overdue: 'Overdue' },
    reservation: { open: 'Promised', kept: 'Kept', broken: 'Broken', noShow: 'Nobody came', cancelled: 'Cancelled' },
    dispute: { open: 'Open', upheld: 'Upheld', rejected: 'Rejected', withdrawn: 'Withdrawn' },
  },
  {
    fleet: '车队',
    nav: '车队页面',
    part: { overview: '概览', reserve: '预约', leases: '租约', statements: '账单', disputes: '争议' },
    noFleet: { title: '暂无车队', text: '管理员建立机构后即可在此选择。' },
    lease: {
      quoted: '已报价',
      active: '生效',
      suspended: '已暂停',
      inArrears: '欠费',
      ending: '即将终止',
      ended: '已终止',
      disputed: '争议中',
    },
    pay: { open: '待付', partlyPaid: '部分已付', paid: '已付清', overdue: '逾期' },
    reservation: { open: '已承诺', kept: '已兑现', broken: '未兑现', noShow: '未到站', cancelled: '已取消' },
    dispute: { open: '处理中', upheld: '成立', rejected: '驳回', withdrawn: '已撤回' },
  },
);
