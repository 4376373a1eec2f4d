/**
 * A machine written as plain data: what XState takes, narrowed to what a durable machine may use (no invoke, no spawn, no inline
 * functions). Names refer to the implementations given to `setup`. Being data, it can be walked: by the diagram, by the coverage count
 * and by the test that refuses any other kind of action.
 */
export interface Ref {
  type: string;
  params?: Readonly<Record<string, unknown>>;
}

export interface TransitionSpec {
  target?: string;
  guard?: string | Ref;
  actions?: readonly (string | Ref)[];
  reenter?: boolean;
}

export type Transitions = TransitionSpec | readonly TransitionSpec[];

export interface StateSpec {
  id?: string;
  type?: 'parallel' | 'final';
  initial?: string;
  tags?: readonly string[];
  entry?: readonly (string | Ref)[];
  exit?: readonly (string | Ref)[];
  on?: Readonly<Record<string, Transitions>>;
  always?: Transitions;
  /** Keyed by the name of a delay. */
  after?: Readonly<Record<string, Transitions>>;
  states?: Readonly<Record<string, StateSpec>>;
}

export const listed = (transitions: Transitions | undefined): readonly TransitionSpec[] =>
  transitions === undefined ? [] : 'length' in transitions ? transitions : [transitions];

export const nameOf = (ref: string | Ref): string => (typeof ref === 'string' ? ref : ref.type);
