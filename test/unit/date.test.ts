import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dateFromPath, parseDate } from '../../src/core/date.ts'

const iso = (value: unknown, zone = 'UTC') => {
  const result = parseDate(value, zone)
  return result instanceof Date ? result.toISOString() : result
}

describe('dates', () => {
  test.each([
    ['2024-05-06', '2024-05-06T00:00:00.000Z'],
    ['2024-5-6', '2024-05-06T00:00:00.000Z'],
    [' 2024-05-06 ', '2024-05-06T00:00:00.000Z'],
    ['2024-05-06 09:30', '2024-05-06T09:30:00.000Z'],
    ['2024-05-06 9:30', '2024-05-06T09:30:00.000Z'],
    ['2024-05-06T09:30:15', '2024-05-06T09:30:15.000Z'],
    ['2024-05-06T09:30:15.1234567', '2024-05-06T09:30:15.123Z'],
    ['2024-05-06T09:30:15,5Z', '2024-05-06T09:30:15.500Z'],
    ['2024-05-06t09:30:15z', '2024-05-06T09:30:15.000Z'],
    ['2024-05-06 09:30:15 UTC', '2024-05-06T09:30:15.000Z'],
    ['2024-05-06 09:30:15 GMT', '2024-05-06T09:30:15.000Z'],
    ['2024-05-06T09:30:00+02:00', '2024-05-06T07:30:00.000Z'],
    ['2024-05-06T09:30:00+0200', '2024-05-06T07:30:00.000Z'],
    ['2024-05-06T09:30+02', '2024-05-06T07:30:00.000Z'],
    ['2013-05-06 02:12:52 +0200', '2013-05-06T00:12:52.000Z'],
    ['2013-09-06 22:02:41 -0400', '2013-09-07T02:02:41.000Z'],
    ['2018-01-25 22:22:22 +0530', '2018-01-25T16:52:22.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29', '2000-02-29T00:00:00.000Z'],
    ['0001-01-01', '0001-01-01T00:00:00.000Z'],
    ['0099-03-01', '0099-03-01T00:00:00.000Z'],
    ['9999-12-31', '9999-12-31T00:00:00.000Z'],
  ])('%s', (text, expected) => {
    expect(iso(text)).toBe(expected)
  })

  test('a Date is taken as it is, and copied', () => {
    const date = new Date('2024-05-06T07:30:00Z')
    expect(parseDate(date, 'UTC')).toEqual(date)
    expect(parseDate(date, 'UTC')).not.toBe(date)
  })

  test.each([
    ['2023-02-30', 'correct the day.'], ['2023-02-29', 'correct the day.'], ['1900-02-29', 'correct the day.'], ['2023-13-01', 'correct the day.'], ['2023-00-10', 'correct the day.'],
    ['2023-04-31', 'correct the day.'], ['2023-04-00', 'correct the day.'], ['0000-01-01', 'correct the day.'],
    ['2024-05-06 24:00', 'write a time from 00:00:00 to 23:59:59.'], ['2024-05-06 09:60', 'write a time from 00:00:00 to 23:59:59.'], ['2024-05-06 09:30:60', 'write a time from 00:00:00 to 23:59:59.'],
    ['2024-05-06 09:30 +19:00', 'write an offset like +02:00.'], ['2024-05-06 09:30 +0275', 'write an offset like +02:00.'],
    ['12th May', 'write it as 2024-05-12, or 2024-05-12T09:30:00+02:00.'],
    ['2023-01-29 18:30:22 2023 -0800', 'write it as 2023-01-29, or 2023-01-29T09:30:00+02:00.'],
    ['2024-05-06 09:30 Europe/Vienna', 'write it as 2024-05-06, or 2024-05-06T09:30:00+02:00.'],
    ['2024-05-06T09', 'write it as 2024-05-06, or 2024-05-06T09:30:00+02:00.'],
    ['2024-05-06 +0200', 'write it as 2024-05-06, or 2024-05-06T09:30:00+02:00.'],
    ['06.05.2024', 'write it as 2024-05-12, or 2024-05-12T09:30:00+02:00.'], ['05/06/2024', 'write it as 2024-05-12, or 2024-05-12T09:30:00+02:00.'],
    ['2024/05/06', 'write it as 2024-05-12, or 2024-05-12T09:30:00+02:00.'], ['20240506', 'write it as 2024-05-12, or 2024-05-12T09:30:00+02:00.'],
    ['May 6, 2024', 'write it as 2024-05-12, or 2024-05-12T09:30:00+02:00.'], ['today', 'write it as 2024-05-12, or 2024-05-12T09:30:00+02:00.'],
    ['', 'write it as 2024-05-12, or 2024-05-12T09:30:00+02:00.'], ['-2024-05-06', 'write it as 2024-05-06, or 2024-05-06T09:30:00+02:00.'],
  ])('%s is a problem', (text, fix) => {
    const result = parseDate(text, 'UTC')
    expect(result).toMatchObject({ fix })
    expect('problem' in result && result.problem).toContain(text)
  })

  test.each<[unknown, string]>([[20240506, '20240506 is not a date'], [1715000000000, '1715000000000 is not a date'], [['2024-05-06'], 'a list is not a date'], [{}, 'a map is not a date'], [true, 'a boolean is not a date'], [null, 'nothing is not a date'], [new Date(NaN), 'an invalid Date is not a date']])('%s is a problem', (value, problem) => {
    expect(parseDate(value, 'UTC')).toMatchObject({ problem })
  })

  test('a hostile text costs no time', () => {
    const start = performance.now()
    parseDate(`2024-05-06${' '.repeat(100_000)}x`, 'UTC')
    parseDate('1'.repeat(100_000), 'UTC')
    expect(performance.now() - start).toBeLessThan(200)
  })
})

describe('the time zone of the site', () => {
  test.each([
    ['2024-01-15', 'Europe/Vienna', '2024-01-14T23:00:00.000Z'],
    ['2024-07-15', 'Europe/Vienna', '2024-07-14T22:00:00.000Z'],
    ['2024-07-15 12:00', 'America/New_York', '2024-07-15T16:00:00.000Z'],
    ['2024-07-15 12:00', 'Asia/Kolkata', '2024-07-15T06:30:00.000Z'],
    ['2024-07-15 12:00', 'Pacific/Kiritimati', '2024-07-14T22:00:00.000Z'],
    ['2024-07-15 12:00', 'UTC', '2024-07-15T12:00:00.000Z'],
    ['2024-07-15 12:00Z', 'Europe/Vienna', '2024-07-15T12:00:00.000Z'],
    // Clocks go forward at 02:00: what is skipped moves forward.
    ['2024-03-31 01:59', 'Europe/Vienna', '2024-03-31T00:59:00.000Z'],
    ['2024-03-31 02:30', 'Europe/Vienna', '2024-03-31T01:30:00.000Z'],
    ['2024-03-31 03:00', 'Europe/Vienna', '2024-03-31T01:00:00.000Z'],
    // Clocks go back at 03:00: what comes twice is the first.
    ['2024-10-27 01:59', 'Europe/Vienna', '2024-10-26T23:59:00.000Z'],
    ['2024-10-27 02:30', 'Europe/Vienna', '2024-10-27T00:30:00.000Z'],
    ['2024-10-27 03:00', 'Europe/Vienna', '2024-10-27T02:00:00.000Z'],
    ['2024-11-03 01:30', 'America/New_York', '2024-11-03T05:30:00.000Z'],
    ['2024-03-10 02:30', 'America/New_York', '2024-03-10T07:30:00.000Z'],
    // Samoa had no 30 December 2011.
    ['2011-12-30 12:00', 'Pacific/Apia', '2011-12-30T22:00:00.000Z'],
    ['2024-04-07 01:45', 'Australia/Lord_Howe', '2024-04-06T14:45:00.000Z'],
  ])('%s in %s', (text, zone, expected) => {
    expect(iso(text, zone)).toBe(expected)
  })

  test('what the clock of the zone shows is what was written', () => {
    const zones = fc.constantFrom('Europe/Vienna', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Africa/Casablanca', 'America/Sao_Paulo', 'Pacific/Apia', 'Asia/Tehran')
    const formats = new Map<string, Intl.DateTimeFormat>()
    const clock = (date: Date, zone: string) => {
      let format = formats.get(zone)
      if (!format) formats.set(zone, format = new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }))
      return format.format(date)
    }
    fc.assert(fc.property(fc.date({ min: new Date('1972-01-02'), max: new Date('2037-01-01'), noInvalidDate: true }), zones, (moment, zone) => {
      const wall = clock(moment, zone)
      const parsed = parseDate(wall, zone)
      expect(parsed).toBeInstanceOf(Date)
      expect(clock(parsed as Date, zone)).toBe(wall)
    }), { numRuns: 5000, seed: 5 })
  })
})

describe('dates in paths', () => {
  test.each([
    ['posts/2024-05-06-hello.md', { date: '2024-05-06', name: 'hello' }],
    ['2024-05-06-hello-world.markdown', { date: '2024-05-06', name: 'hello-world' }],
    ['2024-05-06_hello.md', { date: '2024-05-06', name: 'hello' }],
    ['2024-05-06 hello.md', { date: '2024-05-06', name: 'hello' }],
    ['2024-05-06.md', { date: '2024-05-06', name: '2024-05-06' }],
    ['posts/2024-05-06-hello/index.md', { date: '2024-05-06', name: 'hello' }],
    ['posts/2024-05-06/index.md', { date: '2024-05-06', name: '2024-05-06' }],
    ['posts/2024-05-06/hello.md', { date: '2024-05-06', name: 'hello' }],
    ['posts/2024-05-06/hello/index.md', { date: '2024-05-06', name: 'hello' }],
    ['posts/2024-05-06-trip/day-one.md', { name: 'day-one' }],
    ['2024-01-01/2024-05-06-hello.md', { date: '2024-05-06', name: 'hello' }],
    ['posts/hello.md', { name: 'hello' }],
    ['posts/hello/index.md', { name: 'hello' }],
    ['index.md', { name: 'index' }],
    ['2024-02-30-hello.md', { name: '2024-02-30-hello', wrongDate: '2024-02-30' }],
    ['2024-05-061.md', { name: '2024-05-061' }],
    ['2024-05-06hello.md', { name: '2024-05-06hello' }],
    ['0.1.0', { name: '0.1.0' }],
    ['', { name: '' }],
  ])('%s', (path, expected) => {
    expect(dateFromPath(path)).toEqual(expected)
  })
})

test('nothing makes it throw, and what is a date is written back', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
    parseDate(text, 'Europe/Vienna')
    dateFromPath(text)
  }), { numRuns: 3000, seed: 5 })
  fc.assert(fc.property(fc.date({ min: new Date('0001-01-02T00:00:00Z'), max: new Date('9999-12-30T00:00:00Z'), noInvalidDate: true }), (date) => {
    expect(iso(date.toISOString(), 'Asia/Tokyo')).toBe(date.toISOString())
  }), { numRuns: 3000, seed: 5 })
})
