/** The tag by which later deployments and the AWS console recognize a resource. */
export const nameTag = (name: string, role: string) => ({ tags: { Name: `${name}-${role}` } });
