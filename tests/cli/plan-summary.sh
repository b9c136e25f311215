# `plan --summary` is one line; long texts show the lines that differ, and those beside them.
printf 'resource a: local.file {\n  path = "a.txt"\n  content = "1\\n2\\n3\\n4\\n5\\n6\\n7\\n"\n}\n' >main.styx
expect 0 '^plan: 1 to create$' '!a.txt' -- styx plan --summary
expect 0 -- styx apply --auto-approve
printf 'resource a: local.file {\n  path = "a.txt"\n  content = "1\\ntwo\\n3\\n4\\n5\\n6\\nseven\\n"\n}\n' >main.styx
expect 0 '^  *- 2$' '^  *[+] two$' '^  *[.][.][.]$' '^  *[+] seven$' '!4' '!5' -- styx plan
expect 2 '^plan: 1 to update$' '!two' -- styx plan --summary --exit-code
