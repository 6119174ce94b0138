/** Names of AWS regions in all partitions: eu-west-1, us-gov-east-1, cn-north-1. */
export const regionPattern = /^[a-z]{2}(-[a-z]+){1,3}-\d{1,2}$/
