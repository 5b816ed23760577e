/** An image in Amazon ECR with a digest. */
export interface EcrImage {
  accountId: string;
  region: string;
  repository: string;
  /** `sha256:…` */
  digest: string;
}

/** The parts of an image URI, which the settings validate. */
export function imageOf(uri: string): EcrImage {
  const [, accountId = "", region = "", repository = "", digest = ""] =
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^@]+)@(sha256:[0-9a-f]{64})$/.exec(uri) ?? [];
  return { accountId, region, repository, digest };
}
