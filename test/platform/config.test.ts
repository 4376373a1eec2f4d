import { describe, expect, test } from 'vitest';
import { describeSettings, readConfig } from '../../src/platform/config.ts';
import { OperatorError } from '../../src/platform/errors.ts';

describe('the configuration', () => {
  test('needs nothing: every default is valid', () => {
    expect(readConfig({})).toMatchObject({ port: 8080, timeScale: 10, logLevel: 'info', dataDir: './data' });
    expect(readConfig({}).databaseUrl).toBeUndefined();
  });

  test('takes what is set, and an empty variable as unset', () => {
    const config = readConfig({ PORT: '9000', DATABASE_URL: 'postgres://u:p@db/x', MQTT_URL: '', TIME_SCALE: '2.5' });
    expect(config).toMatchObject({ port: 9000, databaseUrl: 'postgres://u:p@db/x', timeScale: 2.5 });
    expect(config.mqttUrl).toBeUndefined();
  });

  test.each([
    ['PORT', 'abc', 'PORT must be a whole number from 0 to 65535, but it is "abc".'],
    ['PORT', '70000', 'PORT must be a whole number from 0 to 65535, but it is "70000".'],
    ['PORT', '1e3', 'PORT must be a whole number from 0 to 65535, but it is "1e3".'],
    ['MQTT_URL', 'http://x', 'MQTT_URL must be a URL that begins with mqtt:// or mqtts://, but it is "http://x".'],
    ['LOG_LEVEL', 'loud', 'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent, but it is "loud".'],
  ])('refuses %s=%s with one sentence that names it', (variable, value, sentence) => {
    expect(() => readConfig({ [variable]: value })).toThrow(new OperatorError(sentence));
  });

  test('names every wrong variable at once', () => {
    expect(() => readConfig({ PORT: 'x', TIME_SCALE: '0' })).toThrow(/^PORT must.*\nTIME_SCALE must.*$/);
  });

  test('refuses lease times that contradict each other', () => {
    expect(() => readConfig({ LEASE_TTL_MS: '2000' })).toThrow(/LEASE_RENEW_MS/);
  });

  test('does not print a password that is part of a wrong URL', () => {
    expect(() => readConfig({ DATABASE_URL: 'mysql://u:secret@db/x' })).toThrow(/^DATABASE_URL(?!.*secret)/);
  });

  test('describes every variable once', () => {
    const names = describeSettings().map((row) => row.variable);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('DATABASE_URL');
  });
});
