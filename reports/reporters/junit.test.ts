import { describe, expect, it } from 'vitest';
import { element, xmlDocument } from '../junit/xml.ts';
import type { ReportInput } from '../reporter.ts';
import { SCOPE } from '../test-fixture.ts';
import { situations } from '../test-situations.ts';
import { junit } from './junit.ts';

const make = (situation: string) => situations[situation]!();
const render = (input: ReportInput) => junit(input).files['junit.xml']!;
const report = (situation: string) => render(make(situation));

/** Throws where tags don't balance, an attribute is not quoted, or a sign stands bare that must not. */
function tagsOf(xml: string): string[] {
  const open: string[] = [];
  const seen: string[] = [];
  const rest = xml
    .replace(/^<\?xml [^?]*\?>\n/, '')
    .replace(
      /<(\/?)([\w-]+)((?: [\w-]+="[^"<>\n]*")*)(\/?)>/g,
      (_, closes: string, name: string, _attributes: string, empty: string) => {
        if (closes !== '') {
          if (open.pop() !== name) throw new Error(`</${name}> closes another element`);
        } else {
          seen.push(name);
          if (empty === '') open.push(name);
        }
        return '';
      },
    );
  if (open.length > 0) throw new Error(`not closed: ${open}`);
  if (/[<>]|&(?!(?:amp|lt|gt|quot|#\d+);)/.test(rest)) throw new Error(`a bare sign in: ${rest}`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no XML document may hold them.
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(xml) || !xml.isWellFormed())
    throw new Error('a forbidden sign');
  return seen;
}

/** Counts as attributes say, and as the elements are. */
function counts(xml: string) {
  const [, tests, failures, errors] = /<testsuites [^>]*tests="(\d+)" failures="(\d+)" errors="(\d+)"/.exec(
    xml,
  )!;
  const tags = tagsOf(xml);
  const found = (name: string) => tags.filter((tag) => tag === name).length;
  expect([tests, failures, errors].map(Number)).toEqual(['testcase', 'failure', 'error'].map(found));
  return { tests: found('testcase'), failures: found('failure'), errors: found('error') };
}

function outcomeOf(situation: string, outcome: 'pass' | 'fail' | 'inconclusive' | 'invalid'): ReportInput {
  const input = make(situation);
  const [experiment] = input.verdict.experiments;
  return { ...input, verdict: { ...input.verdict, outcome, experiments: [{ ...experiment!, outcome }] } };
}

describe('the junit report', () => {
  it.each(Object.keys(situations))('is well-formed and counts right for %s', (situation) => {
    counts(report(situation));
  });

  it('has a case for each objective of the candidate and each claim, none for a baseline', () => {
    const xml = report('a breaker that kept its objectives');
    expect(counts(xml)).toEqual({ tests: 3, failures: 0, errors: 0 });
    expect(xml).toContain('<testcase classname="breaker" name="correct-in-time-in-fault" time="0.000">');
    expect(xml).toContain('<testcase classname="breaker" name="keeps-goodput (win against no-timeout)"');
    expect(xml).toContain(
      '97.5 % (78 of 80) in the fault phase, wanted at least 93 %, 95 % interval 96.5 to 98.5 %',
    );
  });

  it('says with a pass what it can not exclude', () => {
    expect(report('a steady load test')).toContain(
      `wanted at least 93 %, 95 % interval 94.0 to 96.0 %; ${SCOPE}`,
    );
    expect(report('a load test that missed its objective')).not.toContain('Shown for');
  });

  it('makes a claim that needs more pairs an error, and an expected loss that did not come none', () => {
    const xml = report('a comparison over six pairs');
    expect(counts(xml)).toEqual({ tests: 6, failures: 0, errors: 1 });
    expect(xml).toContain('with no-timeout 93.3 % (7,412 keys that both answered, 12 right');
    expect(xml).toMatch(/<error message="[^"]*95 % interval 0\.13 × to 0\.31 ×[^"]*" type="inconclusive">/);
    expect(xml).toContain('A finding: it was expected to lose');
  });

  it('makes a missed objective a failure with its numbers', () => {
    const xml = report('a load test that missed its objective');
    expect(counts(xml)).toEqual({ tests: 1, failures: 1, errors: 0 });
    expect(xml).toMatch(/<failure message="92\.97 % \(74 of 80\) [^"]*" type="fail"\/>/);
  });

  it('makes an inconclusive objective an error with what would settle it', () => {
    const xml = report('a load test with too little evidence');
    expect(counts(xml)).toEqual({ tests: 1, failures: 0, errors: 1 });
    expect(xml).toMatch(/type="inconclusive">At this share 240 more requests/);
  });

  it('makes a metric that became worse a failure, and one that nobody can judge an error', () => {
    const slower = report('a load test that became slower than its pin');
    expect(counts(slower)).toEqual({ tests: 3, failures: 1, errors: 0 });
    expect(slower).toMatch(
      /name="steady-p95-response-ms \(against 2027-[^"]*"[^>]*>\s*<failure [^>]*1\.31 ×/,
    );
    const open = report('a load test that was never calibrated');
    expect(counts(open)).toEqual({ tests: 2, failures: 0, errors: 1 });
    expect(open).toContain('npm run calibrate -- steady-20');
  });

  it.each(['an interrupted run without trials', 'a fault that did not bite'])(
    'is never all green for %s',
    (situation) => {
      const xml = report(situation);
      expect(counts(xml).errors).toBeGreaterThan(0);
      expect(xml).toContain('name="verdict"');
    },
  );

  it('says so where objectives were kept in a run that proves nothing', () => {
    const xml = render(outcomeOf('a steady load test', 'invalid'));
    expect(counts(xml)).toEqual({ tests: 2, failures: 0, errors: 1 });
  });

  it('tells of an exit code that no objective accounts for', () => {
    const input = make('a steady load test');
    const xml = render({ ...input, verdict: { ...input.verdict, exitCode: 5 } });
    expect(counts(xml)).toEqual({ tests: 2, failures: 0, errors: 1 });
    expect(xml).toContain('exit 5: heal failed');
  });

  it('keeps odd names from breaking the document', () => {
    const odd = 'a"b\'<c>&amp;]]>\u0000\u001b\ud800\ufffe\n\tü🙂';
    const xml = xmlDocument(element('testsuites', { name: odd }, [element('system-out', {}, [odd])]));
    expect(tagsOf(xml)).toEqual(['testsuites', 'system-out']);
    expect(xml).toContain('ü🙂');
    expect(xml).toContain('&#10;&#9;');
  });
});
