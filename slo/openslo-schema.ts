import Type, { type TProperties, type TSchema } from 'typebox';
import { type Indicator, objectiveSchemas, PhaseSchema } from '#contract/experiment.ts';

// The shape of an OpenSLO v1 document of kind SLO whose indicator is one of ours. What OpenSLO knows besides, and
// Gauntlet doesn't read, stands in NOT_READ with a reason: a key is never passed over in silence.

export const API_VERSION = 'openslo/v1';
export const KINDS = [
  'SLO',
  'SLI',
  'Service',
  'DataSource',
  'AlertPolicy',
  'AlertCondition',
  'AlertNotificationTarget',
] as const;
/** The `metricSource.type` that makes a document ours. */
export const SOURCE_TYPE = 'gauntlet';
const ANNOTATION_PREFIX = 'gauntlet/';
/** OpenSLO has no target of 1, so "no miss allowed" is said here. */
export const MISSES_ALLOWED = `${ANNOTATION_PREFIX}misses-allowed`;

/** What each indicator's total counts, as the document has to say it. */
export const TOTALS = {
  availability: 'planned-requests',
  latency: 'planned-requests',
  goodput: 'planned-requests',
  fidelity: 'answered-requests',
  acknowledgement: 'accepted-jobs',
  accounted: 'accepted-jobs',
  kills: 'kills-with-work-in-hand',
  recovery: 'faults',
} as const satisfies Record<Indicator, string>;

const closed = { additionalProperties: false } as const;
const optional = <T extends TSchema>(schema: T) => Type.Optional(schema);

/** A rule on text; whatever is no text is said by its type alone. */
function text(rule: RegExp, words: string) {
  return Type.Refine(
    Type.String(),
    (value) => typeof value !== 'string' || rule.test(value),
    () => words,
  );
}

function fraction(most: number, words: string) {
  return Type.Refine(
    Type.Number(),
    (value) => !Number.isFinite(value) || (value > 0 && value < most),
    () => words,
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const Name = text(
  /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  'must be a name of at most 63 small letters, digits and dashes, with a letter or digit at both ends',
);
const Description = Type.String({ maxLength: 1_050 });
const Duration = text(
  /^[1-9][0-9]*[mhdwMQY]$/,
  'must be a whole number and a unit of m h d w M Q Y, such as 4w',
);
const Label = Type.Unsafe<string | string[]>({ type: ['string', 'array'], items: { type: 'string' } });

const annotations = Type.Refine(
  Type.Object(
    {
      [MISSES_ALLOWED]: optional(
        text(/^0$/, "must be '0': no miss allowed; for anything else there is target"),
      ),
    },
    { additionalProperties: Type.String() },
  ),
  (value) =>
    !isObject(value) ||
    Object.keys(value).every((key) => key === MISSES_ALLOWED || !key.startsWith(ANNOTATION_PREFIX)),
  () => `the only annotation of Gauntlet's is '${MISSES_ALLOWED}'`,
);

const metadata = Type.Object(
  {
    name: Name,
    displayName: optional(Type.String()),
    labels: optional(Type.Record(Type.String(), Label)),
    annotations: optional(annotations),
  },
  closed,
);

const timeWindow = Type.Refine(
  Type.Object(
    {
      duration: Duration,
      isRolling: optional(Type.Boolean()),
      calendar: optional(Type.Object({ startTime: Type.String(), timeZone: Type.String() }, closed)),
    },
    closed,
  ),
  (value) => !isObject(value) || (value['isRolling'] === true) !== 'calendar' in value,
  () => 'must have either isRolling: true or a calendar',
);

const objective = Type.Refine(
  Type.Object(
    {
      displayName: optional(Type.String()),
      target: optional(
        fraction(
          1,
          `must be above 0 and below 1; that no miss is allowed is said by annotation ${MISSES_ALLOWED}`,
        ),
      ),
      targetPercent: optional(
        fraction(
          100,
          `must be above 0 and below 100; no miss allowed is said by annotation ${MISSES_ALLOWED}`,
        ),
      ),
    },
    closed,
  ),
  (value) => !isObject(value) || 'target' in value !== 'targetPercent' in value,
  () => 'must have either target or targetPercent',
);

/** Something that stands in place, with kind, metadata and spec, or that a name under `ref` stands for. */
function inPlaceOr(ref: string, kind: (typeof KINDS)[number], spec: TProperties): TSchema {
  const inPlace = {
    kind: optional(Type.Literal(kind)),
    metadata: optional(metadata),
    spec: optional(Type.Object({ description: optional(Description), ...spec }, closed)),
  };
  return Type.Object({ [ref]: optional(Name), ...inPlace }, closed);
}

const condition = Type.Object(
  {
    kind: optional(Type.Literal('burnrate')),
    op: optional(Type.Enum(['lte', 'gte', 'lt', 'gt'])),
    threshold: optional(Type.Number()),
    lookbackWindow: optional(Duration),
    alertAfter: optional(Type.String()),
  },
  closed,
);

/** Gauntlet doesn't read alert policies; OpenSLO says which keys they may have. */
const alertPolicy = inPlaceOr('alertPolicyRef', 'AlertPolicy', {
  alertWhenNoData: optional(Type.Boolean()),
  alertWhenResolved: optional(Type.Boolean()),
  alertWhenBreaching: optional(Type.Boolean()),
  conditions: optional(
    Type.Array(
      inPlaceOr('conditionRef', 'AlertCondition', {
        severity: optional(Type.String()),
        condition: optional(condition),
      }),
    ),
  ),
  notificationTargets: optional(
    Type.Array(inPlaceOr('targetRef', 'AlertNotificationTarget', { target: optional(Type.String()) })),
  ),
});

function metric(spec: TSchema) {
  const metricSource = Type.Object(
    { metricSourceRef: optional(Type.String()), type: Type.Literal(SOURCE_TYPE), spec },
    closed,
  );
  return Type.Object({ metricSource }, closed);
}

/** `good`: the indicator, its phase, and what else the indicator needs. */
function goodSpec(indicator: Indicator | undefined): TSchema {
  if (indicator === undefined) return Type.Object({ indicator: Type.Enum(Object.keys(objectiveSchemas)) });
  const { name, target, ...own } = objectiveSchemas[indicator].properties;
  return Type.Object(own, closed);
}

/** Of what the indicator counts, as `good` says it. */
interface Counted {
  phase: unknown;
  tenant: unknown;
}

/** `total`: what is counted, over the same phase and tenant; said so that a reader needn't know it. */
function totalSpec(indicator: Indicator | undefined, { phase, tenant }: Counted): TSchema {
  if (indicator === undefined) return Type.Object({});
  const count = Type.Literal(TOTALS[indicator]);
  const same = typeof phase === 'string' ? Type.Literal(phase) : PhaseSchema;
  const whose: TProperties = typeof tenant === 'string' ? { tenant: Type.Literal(tenant) } : {};
  return Type.Object({ count, phase: same, ...whose }, closed);
}

/** The whole document, for one indicator; without one, all but what depends on it. */
export function sloSchema(indicator: Indicator | undefined, good: Counted): TSchema {
  const ratioMetric = Type.Object(
    {
      counter: optional(Type.Boolean()),
      good: metric(goodSpec(indicator)),
      total: metric(totalSpec(indicator, good)),
    },
    closed,
  );
  const sli = Type.Object({ description: optional(Description), ratioMetric }, closed);
  const spec = Type.Object(
    {
      description: optional(Description),
      service: Type.String({ minLength: 1 }),
      indicator: Type.Object({ metadata, spec: sli }, closed),
      timeWindow: optional(Type.Array(timeWindow, { minItems: 1, maxItems: 1 })),
      budgetingMethod: Type.Literal('Occurrences'),
      objectives: Type.Array(objective, { minItems: 1, maxItems: 1 }),
      // OpenSLO's own examples leave it empty.
      alertPolicies: optional(Type.Unsafe({ type: ['array', 'null'], items: alertPolicy })),
    },
    closed,
  );
  return Type.Object(
    { apiVersion: Type.Literal(API_VERSION), kind: Type.Literal('SLO'), metadata, spec },
    closed,
  );
}

const SLICED = 'Gauntlet counts occurrences, it has no time slices';
const OF_THRESHOLDS = 'it belongs to a thresholdMetric; a ratio is held against target alone';
const COMPOSITE = 'give each indicator a document of its own';
const GOOD_AND_TOTAL = 'write a ratioMetric with good and total';

/** Keys that OpenSLO has and Gauntlet doesn't read, with what to do; `[]` is any index. */
export const NOT_READ: Readonly<Record<string, string>> = {
  'spec.indicatorRef': 'write the indicator in place, under spec.indicator',
  'spec.indicator.spec.thresholdMetric': GOOD_AND_TOTAL,
  'spec.indicator.spec.ratioMetric.bad': GOOD_AND_TOTAL,
  'spec.indicator.spec.ratioMetric.raw': GOOD_AND_TOTAL,
  'spec.indicator.spec.ratioMetric.rawType': GOOD_AND_TOTAL,
  'spec.objectives[].op': OF_THRESHOLDS,
  'spec.objectives[].value': OF_THRESHOLDS,
  'spec.objectives[].timeSliceTarget': SLICED,
  'spec.objectives[].timeSliceWindow': SLICED,
  'spec.objectives[].indicator': COMPOSITE,
  'spec.objectives[].indicatorRef': COMPOSITE,
  'spec.objectives[].compositeWeight': COMPOSITE,
};
