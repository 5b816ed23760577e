/** One call by an AWS client and its expected outcome. Texts can contain `${name}`, a value saved by an earlier step. */
export interface Step {
  /** `service:Operation`, service as boto3 names it, e.g. `ec2:CreateVpc`. */
  call: string;
  input?: object;
  /** Expected error code. Without it, the call must succeed. */
  error?: string;
  /** Text in the error message. Only for texts that AWS sends. */
  message?: string;
  /** Members that the output must contain. Lists must have exactly these elements in this order. */
  output?: object;
  /** Values for later steps, each by its path in the output, e.g. `{ vpc: "Vpc.VpcId" }`. */
  save?: Record<string, string>;
  /** Account to call from, with its deployment role. Default: the hub account. */
  account?: string;
}

/**
 * Steps with the same outcome for any client, in a world that other scenarios use at the same time.
 * `${run}` differs for each run of a scenario, so that names do not collide. The last steps delete what the scenario created.
 */
export interface Scenario {
  title: string;
  steps: Step[];
}
