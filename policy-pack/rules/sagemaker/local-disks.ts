/**
 * Instance families with local NVMe disks, which SageMaker does not encrypt with a KMS key.
 * Source: EC2 API `DescribeInstanceTypes`, as of 2026-11-26. Refresh: node policy-pack/refresh-local-disks.mjs
 */
// prettier-ignore
const localDiskFamilies = "c5ad c5d c6gd c6id c7gd c8gd c8id c9gd d3 d3en dl1 f2 g4ad g4dn g5 g6 g6e g6f g7 g7e gr6 gr6f hpc6id i3en i4g i4i i7i i7ie i8g i8ge im4gn is4gen m5ad m5d m5dn m6gd m6id m6idn m7gd m8gd m8id m8idb m8idn m9gd p3dn p4d p4de p5 p5e p5en p6-b200 p6-b300 p6e-gb200 r5ad r5d r5dn r6gd r6id r6idn r7gd r8gd r8id r8idb r8idn r9gd trn1 trn1n trn2 trn2u x2gd x2idn x2iedn x8aedz z1d";
const families = new Set(localDiskFamilies.split(" "));

/** Whether a SageMaker instance type, such as `ml.m5d.large`, has local disks. */
export const hasLocalDisk = (instanceType: string) => families.has(/^ml\.([\w-]+)\./.exec(instanceType)?.[1] ?? "");
