/// What `--help` prints.
enum HelpText {
    static let overview = """
        lambda-emulator runs the functions of an AWS SAM template on this machine: the binaries
        that are deployed, behind the same routes, schedules and table streams. No container.

        Usage:
          lambda-emulator start  [options]                      serve all functions
          lambda-emulator invoke FUNCTION --event FILE|- [...]  run one function once

        lambda-emulator start --help and lambda-emulator invoke --help tell more.
        """

    static let start = """
        Usage: lambda-emulator start [options]

          --template FILE         the SAM template (infra/template.yaml)
          --port N                the port on 127.0.0.1; 0 picks a free one (3000)
          --data-dir DIR          where bookmarks of table streams are kept (.data)
          --parameter Name=Value  a parameter of the template; once for each
          --no-events             run no schedules and no table streams

        Serves the template's HTTP routes, the Invoke API at
        /2015-03-31/functions/NAME/invocations (any AWS SDK, with this as endpoint), and
        /_emulator/health. Prints "listening on http://127.0.0.1:N" when it is ready; logs go to
        standard error. An Event invocation is kept in memory and run once: it is lost with the
        emulator and not tried again. SIGTERM and SIGINT let running invocations finish, end all
        processes and exit 0.

        A function's binary is <CodeUri>/bootstrap.
        """

    static let invoke = """
        Usage: lambda-emulator invoke FUNCTION --event FILE|- [options]

          --event FILE            the event, JSON; - reads standard input
          --set POINTER=TEXT      put a text into the event, such as
                                  --set /headers/authorization="Bearer $TOKEN"; repeatable
          --url URL               call a running emulator, such as http://127.0.0.1:3000
          --template FILE         without --url: the SAM template (infra/template.yaml)
          --parameter Name=Value  without --url: a parameter of the template; once for each
          --data-dir DIR          without --url: accepted as in start; no stream is run

        Prints the function's answer on standard output and its log on standard error. Exits 1
        when the function failed, 2 when the arguments or the template cannot be understood.
        """
}
