using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>Short forms for SQLite statements.</summary>
internal static class SqliteShorthand
{
#pragma warning disable CA2100 // Only this program's own SQL is executed; outside values are parameters.
    public static void Execute(this SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        command.ExecuteNonQuery();
    }

    public static long Scalar(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() is long value ? value : 0;
    }

    /// <summary>Creates a connection that never writes, and waits a second at most for other connections.</summary>
    public static SqliteConnection ReadOnly(string source) =>
        new(
            new SqliteConnectionStringBuilder
            {
                DataSource = source,
                Mode = SqliteOpenMode.ReadOnly,
                Pooling = false,
                DefaultTimeout = 1,
            }.ToString()
        );

    /// <summary>Creates a statement that is run repeatedly.</summary>
    public static SqliteCommand Prepare(
        this SqliteConnection connection,
        string sql,
        SqliteTransaction? transaction,
        params ReadOnlySpan<string> parameters
    )
    {
        var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = parameter });
        }

        return command;
    }
#pragma warning restore CA2100

    /// <summary>Sets the parameters, in the order of their names.</summary>
    public static SqliteCommand Bind(this SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }
}
