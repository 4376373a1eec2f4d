import { z } from 'zod';

/** Money: whole fen (1/100 yuan). Safe as a number: 2^53 fen are 90 trillion yuan. */
export const fen = z.int();

/** A price: whole millionths of a yuan for one unit, so that tariff tables with six decimals are exact. */
export const microYuan = z.int().min(0).max(1_000_000_000_000);
