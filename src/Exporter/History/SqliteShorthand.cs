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

    /// <summary>
    /// Opens a connection that waits a second at most for other connections. It writes no file but the database's own: a container may have
    /// no place for temporary ones, so what SQLite sorts stays in memory. Each statement here sorts little.
    /// </summary>
    /// <param name="vfs">How SQLite uses files; <see langword="null"/> for its default.</param>
    /// <exception cref="SqliteException">The file cannot be opened. SQLite reads nothing of it yet.</exception>
    public static SqliteConnection Open(string source, SqliteOpenMode mode, string? vfs = null)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = source,
                Mode = mode,
                Vfs = vfs,
                Pooling = false, // so that closing the connection closes the file
                DefaultTimeout = 1,
            }.ToString()
        );
        try
        {
            connection.Open();
            connection.Execute("PRAGMA temp_store = MEMORY");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

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
