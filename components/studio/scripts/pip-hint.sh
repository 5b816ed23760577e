# pip reports how to request a package that its index does not have. Every Python imports the module that home.sh wrote.
write "$cloister/python/cloister_pip.py" "$PIP_HINT"
write "$cloister/python/cloister_start.py" "$(cat "$cloister/python/cloister_start.py")
import cloister_pip"
