/** One call of an AWS client and what must come of it. Texts may hold `${name}`, a value saved by an earlier step. */
export interface Step {
  /** `service:Operation`, service as boto3 names it, e.g. `ec2:CreateVpc`. */
  call: string;
  with?: object;
  /** Error code that AWS answers with. Without it the call must succeed. */
  refused?: string;
  /** Members that the output must hold; lists must have these elements, in this order and no others. */
  gives?: object;
  /** Values to keep for later steps: name to path in the output, e.g. `{ vpc: "Vpc.VpcId" }`. */
  save?: Record<string, string>;
  /** Account to call from, by its deployment role. Default: the hub. */
  account?: string;
}

/**
 * A row of steps that any client must be able to take, in a world that others use at the same time.
 * `${run}` differs between runs of a scenario, so that names don't collide. The last steps take down what was made.
 */
export interface Scenario {
  title: string;
  steps: Step[];
}
