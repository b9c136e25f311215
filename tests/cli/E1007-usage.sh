# A command line that cannot be understood says what was meant.
expect 1 'E1007' 'no command `paln`' 'did you mean `styx plan`' -- styx paln
expect 1 'E1007' '`E9999`' -- styx explain E9999
expect 1 'E1007' '`aws.ec2.vcp`' -- styx doc aws.ec2.vcp
expect 1 'E1007' -- styx dump everything .
