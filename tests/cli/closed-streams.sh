# Closed standard streams neither end the program nor get into the files that it opens.
printf 'resource a: local.file {\n  path = "a.txt"\n  content = "a"\n}\n' >main.styx
styx apply --auto-approve <&- >&- 2>&-
[ "$(cat a.txt)" = a ]
expect 0 'nothing to do' -- styx plan
