// Lists for each network feature the data that can leave the environment, and the recipients. Data only.
import { type FeatureName } from "../network/catalogue";

export interface FeatureEgress {
  /** Data in the calls of the feature. */
  carries: string;
  /** Principals outside the environment that can receive the data. */
  to: string;
  /** Policy or setting that restricts the data or the recipients. */
  restriction: string;
}

const nothing: FeatureEgress = { carries: "nothing", to: "no principal", restriction: "the environment's network, keys and roles" };
const objectNames = (owner: string): FeatureEgress => ({
  carries: "names of requested objects",
  to: owner,
  restriction: "only the listed AWS-owned buckets",
});

/** Source: AWS user guides of each service. */
export const featureEgress: Record<FeatureName, FeatureEgress> = {
  studio: nothing,
  jobs: nothing,
  hosting: nothing,
  notebooks: nothing,
  registry: {
    carries: "names of requested images",
    to: "the owner of the registry",
    restriction: "the endpoint policy lists the accounts",
  },
  monitoring: {
    carries: "names and values of metrics",
    to: "principals that can read metrics in the account",
    restriction: "only the SageMaker metric namespaces",
  },
  experiments: {
    carries: "names and values of metrics",
    to: "principals that can read the environment's experiments",
    restriction: "the environment's tag",
  },
  features: nothing,
  git: {
    carries: "all pushed data",
    to: "principals of the account that can read the repository",
    restriction: "the environment's tag on the repository",
  },
  connections: {
    carries: "all pushed data, and names of repositories and branches",
    to: "principals that can read the listed repositories; the provider receives the names",
    restriction: "`network.writableRepositories`, empty by default; the environment's tag on the connection",
  },
  secrets: nothing,
  packages: {
    carries: "names of requested packages",
    to: "a public registry, if the repository has an upstream connection to it",
    restriction: "the environment's tag on the repository; CodeArtifact package group origin controls",
  },
  jumpstart: objectNames("AWS"),
  "os-packages": objectNames("AWS"),
  analytics: {
    carries: "query texts",
    to: "principals of the account that can read the history of the workgroup",
    restriction: "the environment's tag on the workgroup; Athena writes results only to the environment's buckets",
  },
  workflows: {
    carries: "the input of functions and state machines",
    to: "the function or state machine, and every service that it calls",
    restriction: "the environment's tag on the function or state machine",
  },
  bedrock: {
    carries: "prompts",
    to: "Bedrock in this region, and principals that can read the account's model invocation log",
    restriction: "only foundation models, without inference profiles of other regions",
  },
  mirror: { carries: "requests", to: "the owner of the endpoint service", restriction: "the endpoint policy and DNS Firewall" },
};
