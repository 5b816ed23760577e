/** The tag that identifies a resource to later deployments and in the AWS console. */
export const nameTag = (name: string, role: string) => ({ tags: { Name: `${name}-${role}` } });
