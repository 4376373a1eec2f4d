import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import { addDays, firstDay } from '../../machines/settlement/calendar.ts';
import type { Language } from '../api/language.ts';
import {
  basisText,
  beijingText,
  kindWords,
  quantityText,
  ruleText,
  yuan,
  yuanOfMicro,
} from '../settlement/bill-words.ts';
import type { StatementRow } from './queries.ts';
import { words } from './words.ts';

/** Noto Sans SC under the SIL Open Font Licence. Only the glyphs that are used go into the file. */
const fontFile = createRequire(import.meta.url).resolve(
  '@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf',
);

export interface StatementToPrint {
  statement: StatementRow;
  /** Name of the party in the language. */
  partyName: string;
  swaps: readonly { swap: string; vin: string; releasedAt: Date; energyWh: number; totalFen: number }[];
}

interface ColumnOfTable {
  title: string;
  width: number;
  align?: 'right';
}

const margin = 48;

/** A statement on A4 paper. */
export function statementPdf({ statement, partyName, swaps }: StatementToPrint, language: Language): Promise<Buffer> {
  const say = words[language];
  const title = say[statement.kind];
  // Page numbers are written at the end, when it is known how many there are.
  const pdf = new PDFDocument({
    size: 'A4',
    margin,
    bufferPages: true,
    font: fontFile,
    lang: language === 'zh' ? 'zh-CN' : 'en',
    info: {
      Title: `${title} ${statement.id}`,
      Author: 'Pitlane',
      CreationDate: statement.closedAt,
      ModDate: statement.closedAt,
    },
  });
  const done = collect(pdf);
  pdf.fontSize(18).text(title);
  pdf.moveDown(0.5).fontSize(10);
  const due = statement.dueDay === null ? [] : [`${say.due}  ${statement.dueDay}`];
  const lastDay = addDays(firstDay(nextMonth(statement.month)), -1);
  for (const line of [
    `${say.number}  ${statement.id}`,
    `${say.party}  ${partyName}`,
    `${say.month}  ${firstDay(statement.month)} – ${lastDay}`,
    ...due,
  ])
    pdf.text(line);
  linesTable(pdf, statement, language);
  if (statement.summary.length > 0) summaryTable(pdf, statement, language);
  sums(pdf, statement, language);
  if (swaps.length > 0) swapTable(pdf, statement, swaps, language);
  numberPages(pdf, statement.id);
  pdf.end();
  return done;
}

const nextMonth = (month: string): string => addDays(firstDay(month), 31).slice(0, 7);

function collect(pdf: PDFKit.PDFDocument): Promise<Buffer> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    pdf.on('end', () => resolve(Buffer.concat(chunks)));
    pdf.on('error', reject);
  });
}

function linesTable(pdf: PDFKit.PDFDocument, { lines }: StatementRow, language: Language): void {
  const say = words[language];
  heading(pdf, say.lines);
  const columns: ColumnOfTable[] = [
    { title: say.item, width: 90 },
    { title: say.basis, width: 209 },
    { title: say.quantity, width: 65, align: 'right' },
    { title: say.price, width: 65, align: 'right' },
    { title: say.amount, width: 70, align: 'right' },
  ];
  const rows = lines.map((line) => [
    kindWords[language][line.kind],
    `${ruleText(line, language)}\n${basisText(line, language)}`,
    quantityText(line, language),
    yuanOfMicro(line.unitPriceMicro),
    yuan(line.amountFen),
  ]);
  table(pdf, columns, rows.length > 0 ? rows : [[say.none, '', '', '', '']]);
}

function summaryTable(pdf: PDFKit.PDFDocument, { summary }: StatementRow, language: Language): void {
  const say = words[language];
  heading(pdf, say.swaps);
  table(
    pdf,
    [
      { title: say.item, width: 299 },
      { title: say.quantity, width: 110, align: 'right' },
      { title: say.amount, width: 90, align: 'right' },
    ],
    summary.map((sum) => [kindWords[language][sum.kind], quantityText(sum, language), yuan(sum.amountFen)]),
  );
}

function sums(pdf: PDFKit.PDFDocument, statement: StatementRow, language: Language): void {
  const say = words[language];
  heading(pdf, say.total);
  table(
    pdf,
    [
      { title: '', width: 399 },
      { title: say.amount, width: 100, align: 'right' },
    ],
    [
      [say.receipts, yuan(statement.receiptsFen)],
      [say.linesTotal, yuan(statement.linesFen)],
      [say.notes, yuan(statement.notesFen)],
      [say.total, yuan(statement.totalFen)],
    ],
  );
}

function swapTable(
  pdf: PDFKit.PDFDocument,
  { receiptCount }: StatementRow,
  swaps: StatementToPrint['swaps'],
  language: Language,
): void {
  const say = words[language];
  heading(pdf, say.swapList);
  table(
    pdf,
    [
      { title: '', width: 110 },
      { title: say.time, width: 120 },
      { title: say.vehicle, width: 129 },
      { title: say.energy, width: 70, align: 'right' },
      { title: say.amount, width: 70, align: 'right' },
    ],
    swaps.map(({ swap, vin, releasedAt, energyWh, totalFen }) => [
      swap,
      beijingText(releasedAt.getTime()),
      vin,
      (energyWh / 1000).toFixed(3),
      yuan(totalFen),
    ]),
  );
  if (receiptCount > swaps.length) pdf.moveDown(0.5).fontSize(9).text(say.more, margin);
}

function heading(pdf: PDFKit.PDFDocument, text: string): void {
  pdf.moveDown(1.2).fontSize(12).text(text, margin);
  pdf.moveDown(0.3);
}

/** Rows of cells, each as high as its highest cell; a row that does not fit begins a page. */
function table(pdf: PDFKit.PDFDocument, columns: readonly ColumnOfTable[], rows: readonly (readonly string[])[]): void {
  pdf.fontSize(8);
  const write = (cells: readonly string[], color: string) => {
    const height = Math.max(
      ...cells.map((cell, n) => pdf.heightOfString(cell, { width: (columns[n]?.width ?? 0) - 6 })),
    );
    if (pdf.y + height > pdf.page.height - margin - 20) pdf.addPage();
    const top = pdf.y;
    let left = margin;
    for (const [n, { width, align = 'left' }] of columns.entries()) {
      pdf.fillColor(color).text(cells[n] ?? '', left + 3, top, { width: width - 6, align });
      left += width;
    }
    pdf.y = top + height + 3;
    pdf
      .moveTo(margin, pdf.y - 1)
      .lineTo(left, pdf.y - 1)
      .lineWidth(0.3)
      .strokeColor('#bbbbbb')
      .stroke();
  };
  write(
    columns.map(({ title }) => title),
    '#666666',
  );
  for (const row of rows) write(row, '#000000');
}

function numberPages(pdf: PDFKit.PDFDocument, id: string): void {
  const { start, count } = pdf.bufferedPageRange();
  for (let page = start; page < start + count; page += 1) {
    pdf.switchToPage(page);
    // Below the margin a text would begin a page of its own.
    pdf.page.margins.bottom = 0;
    pdf.fontSize(8).fillColor('#666666');
    pdf.text(`${id}    ${page + 1} / ${count}`, margin, pdf.page.height - 34, {
      align: 'right',
      width: pdf.page.width - 2 * margin,
    });
  }
}
