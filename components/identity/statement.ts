// What IAM documents are made of. Pure.

export interface Place {
  /** Twelve digits. */
  accountId: string;
  /** `eu-central-1` */
  region: string;
  /** `aws` */
  partition: string;
}

export interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Principal?: "*" | Record<string, string | string[]>;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** A statement and what it means, in words that the documentation shows. */
export interface Right {
  about: string;
  statement: Statement;
}

export const document = (statements: readonly Statement[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
export const documentOf = (rights: readonly Right[]) => document(rights.map(({ statement }) => statement));

/** How `kms:ViaService` names services. In China, some go by one name and some by the other. Source: AWS KMS "kms:ViaService". */
export const viaServices = ({ region, partition }: Place, services: readonly string[]) =>
  services.flatMap((service) =>
    (partition === "aws-cn" ? ["amazonaws.com", "amazonaws.com.cn"] : ["amazonaws.com"]).map((suffix) => `${service}.${region}.${suffix}`),
  );

/** ARNs of one service in one region of the account. */
export const arnsIn = ({ partition, region, accountId }: Place, service: string, ...resources: string[]) =>
  resources.map((resource) => `arn:${partition}:${service}:${region}:${accountId}:${resource}`);

/**
 * Where the roles of an environment are. What touches data is apart from people, so that a key or a bucket can name all of it;
 * the path ends with a slash, so that `fraud-dev` is never part of `fraud-dev-2`, and has the region, because IAM has none.
 */
export const rolePath = ({ region }: Place, environment: string, kind: "work" | "people") => `/cloister/${region}/${environment}/${kind}/`;

/** Roles at a path, for `aws:PrincipalArn`: `arn:…:role/cloister/eu-central-1/fraud-dev/work/*`. */
export const rolesAt = ({ partition, accountId }: Place, path: string) => `arn:${partition}:iam::${accountId}:role${path}*`;
