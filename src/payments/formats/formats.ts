import type { PaymentFormat } from '../../../schema/wire/settlement/payment.ts';
import { alipay } from './alipay.ts';
import { bank } from './bank.ts';
import type { FileFormat } from './format.ts';

export const fileFormats: Readonly<Record<PaymentFormat, FileFormat>> = { bank, alipay };
