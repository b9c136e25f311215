# A saved plan is carried out from the file alone: the program is neither needed nor read.
printf 'resource a: std.data for n in sequence(1, 200) {\n  input = n\n}\n' >main.styx
expect 0 '200 to create' -- styx plan --out saved
printf 'resource a: std.data {\n  input = \n' >main.styx
expect 0 '200 created' '!E0' -- styx apply saved
# Nor is it for a destroy once it is gone.
rm main.styx
expect 0 '200 destroyed' '!E0' -- styx destroy --auto-approve
