import { CreateTagsCommand, DeleteTagsCommand, Tag } from '@aws-sdk/client-ec2';
import { Moto } from '../aws/moto';

/** Changes tags as CloudFormation does: those that it set before go, unless they stay; those of others are not touched. */
export async function retag(moto: Moto, resource: string, before: Tag[], after: Tag[]): Promise<void> {
  const gone = before.filter(({ Key }) => !after.some((tag) => tag.Key === Key));
  if (gone.length > 0) {
    await moto.ec2.send(new DeleteTagsCommand({ Resources: [resource], Tags: gone.map(({ Key }) => ({ Key })) }));
  }
  if (after.length > 0) {
    await moto.ec2.send(new CreateTagsCommand({ Resources: [resource], Tags: after }));
  }
}
