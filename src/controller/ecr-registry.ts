/**
 * Address of a private Amazon ECR registry, with its region as the first group: the one kind that the CDK's Helm handler logs in to.
 *
 * Text, since a program in another language reads it too.
 */
export const ECR_REGISTRY = '\\d+\\.dkr\\.ecr\\.([a-z0-9-]+)\\.[a-z0-9.-]+';
